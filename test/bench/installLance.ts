// LanceDB in a folder of its own, when a benchmark first needs it. Out: that folder. There is no lock file: its optional
// packages are large and none of them is needed but the native part for this platform, which is named here.

import { existsSync } from 'node:fs';
import path from 'node:path';
import { runNpm } from '../../scripts/setup.mjs';

const version = '0.37.1';
const variants: Readonly<Record<string, string>> = { linux: '-gnu', darwin: '', win32: '-msvc' };

export async function installLance(): Promise<string> {
  const folder = path.join(import.meta.dirname, 'peers', 'lance');
  const native = `@lancedb/lancedb-${process.platform}-${process.arch}${variants[process.platform] ?? ''}`;
  if (existsSync(path.join(folder, 'node_modules', native))) return folder;
  console.error('Installing what the benchmarks compare with …');
  const packages = [`@lancedb/lancedb@${version}`, `${native}@${version}`, 'apache-arrow@18.1.0'];
  const quietly = ['--ignore-scripts', '--no-save', '--no-package-lock', '--loglevel=error'];
  await runNpm(['install', '--omit=optional', ...quietly, ...packages], folder);
  return folder;
}
