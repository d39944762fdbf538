// Names and the comments that document them: what a person who searches by a name wants to find.

import type { AdaptationPassage } from './adaptationTexts.ts';

/** `wordsOfName('parseHTTPHeader_v2')` is `parse http header v 2`. */
export function wordsOfName(name: string): string {
  return (name.match(/\p{Lu}?\p{Ll}+|\p{Lu}+(?!\p{Ll})|\p{N}+|\p{Lo}+/gu) ?? []).join(' ').toLowerCase();
}

/** A name of one short word, or a comment of a few, is a riddle for everybody. */
export function isFindable({ text, symbol }: AdaptationPassage): boolean {
  return symbol !== undefined && wordsOfName(symbol).length > 3 && text.length > 30;
}
