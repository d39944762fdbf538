// The files of a model folder while they are made, in memory. In: the folder that a model came from. Out: what goes
// over unchanged, and a folder to read from that never was on a disk.

import type { ModelFiles } from '../model/modelFolder.ts';
import { replayFileName } from './replayTexts.ts';

/** What goes over unchanged, of those that are there. */
export const copiedModelFiles: readonly string[] = [
  'config.json',
  'tokenizer.json',
  'tokenizer_config.json',
  'special_tokens_map.json',
  'spiece.model',
  'vocab.txt',
  replayFileName,
];

export async function copyModelFiles(from: ModelFiles): Promise<Map<string, Uint8Array>> {
  const files = new Map<string, Uint8Array>();
  for (const name of copiedModelFiles) {
    const bytes = await from.read(name);
    if (bytes) files.set(name, bytes);
  }
  return files;
}

export function inMemory(files: ReadonlyMap<string, Uint8Array>): ModelFiles {
  return { displayName: 'the trained model', read: async (name) => files.get(name) };
}

export function toJson(value: unknown): Uint8Array {
  return new TextEncoder().encode(`${JSON.stringify(value, undefined, 2)}\n`);
}
