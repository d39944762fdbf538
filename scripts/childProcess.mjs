// Runs a child process to its end and behaves as if it were the child: signals are passed down, and how the
// child ended is passed up. In: a command. Out: its exit code, and what it printed where that was asked for.

import { spawn } from 'node:child_process';
import { constants } from 'node:os';

/**
 * @typedef {object} RunOptions
 * @property {boolean} [stdoutToStderr] sends the child's output to our stderr, which keeps ours free for data
 * @property {boolean} [capture] also returns what the child printed, both streams together
 * @property {string} [cwd]
 * @property {NodeJS.ProcessEnv} [env]
 * @property {boolean} [shell]
 */

/**
 * Runs a command with our standard streams and waits for its end.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {RunOptions} [options]
 * @returns {Promise<{ code: number, output: string }>} code is 128 + n after signal n, as in a shell.
 */
export function runProcess(command, args, { stdoutToStderr = false, capture = false, ...options } = {}) {
  const destination = stdoutToStderr ? process.stderr : process.stdout;
  const child = spawn(command, [...args], {
    ...options,
    stdio: capture ? ['inherit', 'pipe', 'pipe'] : ['inherit', destination, process.stderr],
  });

  let output = '';
  const tee = (from, to) => {
    from?.setEncoding('utf8').on('data', (text) => {
      output += text;
      to.write(text);
    });
  };
  tee(child.stdout, destination);
  tee(child.stderr, process.stderr);

  const stopForwarding = forwardSignals(child);
  return new Promise((resolve, reject) => {
    child.once('error', (error) => {
      stopForwarding();
      reject(new Error(`Cannot start ${command}: ${error.message}`));
    });
    child.once('close', (code, signal) => {
      stopForwarding();
      resolve({ code: code ?? 128 + (signal === null ? 0 : constants.signals[signal]), output });
    });
  });
}

/** While a child runs, a signal to us is a signal to it: we end when it has ended. Returns how to stop that. */
function forwardSignals(child) {
  /** @type {NodeJS.Signals[]} */
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  const forward = (signal) => {
    // After Ctrl+C the terminal has told the child already; a second copy would read as "now, at once".
    if (signal === 'SIGINT' && process.stdin.isTTY) return;
    child.kill(signal);
  };
  for (const signal of signals) process.on(signal, forward);
  return () => {
    for (const signal of signals) process.off(signal, forward);
  };
}
