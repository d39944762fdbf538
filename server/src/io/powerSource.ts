// Whether the machine runs on its battery. In: the platform. Out: a question to be asked now and then; a machine that
// does not tell counts as plugged in.

import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';

/** Asking starts a program on some systems. */
const rememberedMs = 30_000;

export function createBatteryCheck(
  nowMs: () => number,
  ask: () => Promise<boolean> = askSystem,
): () => Promise<boolean> {
  let askedMs = Number.NEGATIVE_INFINITY;
  let answer: Promise<boolean> = Promise.resolve(false);
  return () => {
    if (nowMs() - askedMs >= rememberedMs) {
      askedMs = nowMs();
      answer = ask().catch(() => false);
    }
    return answer;
  };
}

async function askSystem(): Promise<boolean> {
  switch (process.platform) {
    case 'linux':
      return await isDischarging('/sys/class/power_supply');
    case 'darwin':
      return (await run('pmset', ['-g', 'batt'])).includes("'Battery Power'");
    case 'win32':
      // 1: the battery is discharging.
      return /^1\b/m.test(
        await run('powershell', ['-NoProfile', '-Command', '(Get-CimInstance Win32_Battery).BatteryStatus']),
      );
    default:
      return false;
  }
}

/** @param folder as Linux shows it: a folder for each supply, with files `type`, `online` and `status` */
export async function isDischarging(folder: string): Promise<boolean> {
  const read = async (name: string, file: string) =>
    (await readFile(path.join(folder, name, file), 'utf8').catch(() => '')).trim();
  const supplies = await Promise.all(
    (await readdir(folder)).map(async (name) => ({
      type: await read(name, 'type'),
      online: await read(name, 'online'),
      status: await read(name, 'status'),
      // A mouse has a battery too.
      scope: await read(name, 'scope'),
    })),
  );
  const isPlugged = supplies.some(({ type, online }) => type !== 'Battery' && online === '1');
  const isEmptying = supplies.some(
    ({ type, status, scope }) => type === 'Battery' && status === 'Discharging' && scope !== 'Device',
  );
  return isEmptying && !isPlugged;
}

function run(program: string, args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(program, [...args], { encoding: 'utf8', timeout: 5_000, windowsHide: true }, (error, stdout) => {
      if (error) reject(error);
      else resolve(stdout);
    });
  });
}
