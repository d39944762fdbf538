// From bytes on disk to a text worth reading, or the reason why not. Nothing here throws for a bad file.
// In: a path. Out: `{text, encoding}` with the byte order mark removed, or `{skipped: reason}`.

import { closeSync, fstatSync, openSync, readFileSync, type Stats } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import path from 'node:path';
import { describeFileError } from './fileErrors.ts';

/**
 * `utf-8-repaired`: some bytes were not UTF-8; each became U+FFFD. Editors show such a file the same way,
 * so lines and columns agree with what a person sees, which a guess at a legacy encoding would not promise.
 */
export type SourceEncoding = 'utf-8' | 'utf-8-bom' | 'utf-8-repaired' | 'utf-16le' | 'utf-16be';

export type UnreadableReason = 'tooLarge' | 'binary' | 'minified' | 'unreadable' | 'notAFile';

export type SourceContent =
  | { readonly text: string; readonly encoding: SourceEncoding }
  | { readonly skipped: UnreadableReason; readonly detail: string };

export interface ReadSourceOptions {
  /** Larger files are skipped without being read. */
  readonly maxBytes: number;
}

export const defaultMaxBytes = 2 * 1024 * 1024;

export async function readSource(file: string, options: ReadSourceOptions): Promise<SourceContent> {
  let handle: FileHandle | undefined;
  try {
    handle = await open(file, 'r');
    return whyNotRead(await handle.stat(), options) ?? decodeFile(await handle.readFile(), file);
  } catch (error) {
    return { skipped: 'unreadable', detail: describeFileError(error, file) };
  } finally {
    await handle?.close().catch(() => {});
  }
}

/**
 * The same for a thread that does nothing else: it waits for the disk itself, which takes a quarter of the work that
 * handing each call to other threads takes.
 */
export function readSourceBlocking(file: string, options: ReadSourceOptions): SourceContent {
  let handle: number | undefined;
  try {
    handle = openSync(file, 'r');
    return whyNotRead(fstatSync(handle), options) ?? decodeFile(readFileSync(handle), file);
  } catch (error) {
    return { skipped: 'unreadable', detail: describeFileError(error, file) };
  } finally {
    if (handle !== undefined) closeSync(handle);
  }
}

function whyNotRead(stats: Stats, { maxBytes }: ReadSourceOptions): SourceContent | undefined {
  if (!stats.isFile()) return { skipped: 'notAFile', detail: 'not a regular file' };
  if (stats.size <= maxBytes) return undefined;
  return { skipped: 'tooLarge', detail: `${stats.size} bytes, the limit is ${maxBytes}` };
}

/** Long lines are what a notebook's outputs look like; there they say nothing about the code. */
function decodeFile(bytes: Uint8Array, file: string): SourceContent {
  return decodeSource(bytes, { allowLongLines: path.extname(file) === '.ipynb' });
}

/** The same for bytes that are already in memory. */
export function decodeSource(
  bytes: Uint8Array,
  options: { readonly allowLongLines: boolean },
): SourceContent {
  const content = decodeBytes(bytes);
  if ('text' in content && !options.allowLongLines && looksMinified(content.text)) {
    return {
      skipped: 'minified',
      detail: 'very long lines without white space: written by a tool, not by a person',
    };
  }
  return content;
}

const strictUtf8 = new TextDecoder('utf-8', { fatal: true });
const lenientUtf8 = new TextDecoder('utf-8');
const utf16le = new TextDecoder('utf-16le');
const utf16be = new TextDecoder('utf-16be');

function decodeBytes(bytes: Uint8Array): SourceContent {
  // TextDecoder removes the byte order mark itself.
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return { text: utf16le.decode(bytes), encoding: 'utf-16le' };
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return { text: utf16be.decode(bytes), encoding: 'utf-16be' };
  if (looksBinary(bytes)) return { skipped: 'binary', detail: 'holds bytes that no text has' };
  const hasMark = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  try {
    return { text: strictUtf8.decode(bytes), encoding: hasMark ? 'utf-8-bom' : 'utf-8' };
  } catch {
    return { text: lenientUtf8.decode(bytes), encoding: 'utf-8-repaired' };
  }
}

const probeBytes = 8192;

/** A NUL in the first 8 kB (what git looks for), or more than one control character in ten. */
function looksBinary(bytes: Uint8Array): boolean {
  const length = Math.min(bytes.length, probeBytes);
  let controlCount = 0;
  for (let index = 0; index < length; index++) {
    const byte = bytes[index]!;
    if (byte === 0) return true;
    // Tab, LF, VT, FF, CR and ESC appear in ordinary sources.
    if (byte < 9 || (byte > 13 && byte < 32 && byte !== 27)) controlCount++;
  }
  return controlCount > length / 10;
}

const minifiedMeanLineLength = 300;
const minifiedLargestSpaceShare = 0.1;

/** Prose on one long line has a space in every six characters; minified code and data have almost none. */
function looksMinified(text: string): boolean {
  if (text.length < 1024) return false;
  let lineCount = 1;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) lineCount++;
  if (text.length / lineCount <= minifiedMeanLineLength) return false;
  let spaceCount = 0;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    if (unit === 32 || unit === 9) spaceCount++;
  }
  return spaceCount / text.length < minifiedLargestSpaceShare;
}
