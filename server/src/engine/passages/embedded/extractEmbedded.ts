// The door to the formats that hold other languages. In: a file, its format, and the way back into extraction
// for each region. Out: the passages of the file and of its regions, all in offsets of the whole file.

import type { SourceFile } from '../../text/sourceFile.ts';
import type { Extraction } from '../passage.ts';

export type EmbeddedFormat = 'html' | 'xml' | 'vue' | 'svelte' | 'astro' | 'notebook';

export type ExtractRegion = (region: SourceFile) => Extraction;

export function extractEmbedded(
  _file: SourceFile,
  _format: EmbeddedFormat,
  _extractRegion: ExtractRegion,
): Extraction {
  return { passages: [], problems: [] };
}
