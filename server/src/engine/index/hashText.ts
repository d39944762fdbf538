// By which a text is known in an index, wherever it stands. In: a text. Out: 32 characters.

import { hash } from 'node:crypto';

export const hashLength = 32;

/** 128 bits: no two texts of all the world's comments share one. */
export function hashText(text: string): string {
  return hash('sha256', text, 'hex').slice(0, hashLength);
}
