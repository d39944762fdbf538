// Runs a child process to its end and behaves as if it were the child: signals are passed down, and how the
// child ended is passed up. In: a command. Out: its exit code, or the signal that ended it.

import { spawn } from 'node:child_process';
import { constants } from 'node:os';

/**
 * Runs a command. `stdout: 'stderr'` sends its output to our stderr, which keeps ours free for data;
 * `capture` also returns what it printed.
 * @returns {Promise<{ code: number, output: string }>} code is 128 + n after signal n, as in a shell.
 */
export function runProcess(command, args, { stdout = 'inherit', capture = false, ...options } = {}) {
  const target = stdout === 'stderr' ? process.stderr : process.stdout;
  const stdio = capture ? ['inherit', 'pipe', 'pipe'] : ['inherit', target, process.stderr];
  const child = spawn(command, args, { ...options, stdio });

  let output = '';
  if (capture) {
    for (const [stream, destination] of [
      [child.stdout, target],
      [child.stderr, process.stderr],
    ]) {
      stream.setEncoding('utf8');
      stream.on('data', (text) => {
        output += text;
        destination.write(text);
      });
    }
  }

  const stopForwarding = forwardSignals(child);
  return new Promise((resolve, reject) => {
    child.once('error', (error) => {
      stopForwarding();
      reject(new Error(`Cannot start ${command}: ${error.message}`));
    });
    child.once('close', (code, signal) => {
      stopForwarding();
      resolve({ code: code ?? 128 + (constants.signals[signal] ?? 0), output });
    });
  });
}

/** While a child runs, a signal to us is a signal to it: we end when it has ended. Returns how to stop that. */
function forwardSignals(child) {
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
