// The door to the formats that hold other languages. In: a file, its format, and the way back into extraction
// for each region. Out: the passages of the file and of its regions, all in offsets of the whole file.

import type { SourceFile } from '../../text/sourceFile.ts';
import type { Extraction } from '../passage.ts';
import { extractMarkup } from './extractMarkup.ts';
import { extractNotebook } from './extractNotebook.ts';

export type EmbeddedFormat = 'html' | 'xml' | 'vue' | 'svelte' | 'astro' | 'notebook';

/** The whole of extraction again, for the text of one region. */
export type ExtractRegion = (region: SourceFile) => Extraction;

export function extractEmbedded(
  file: SourceFile,
  format: EmbeddedFormat,
  extractRegion: ExtractRegion,
): Extraction {
  switch (format) {
    case 'html':
      return extractMarkup(file, { hasProse: true, hasRegions: true, hasCodeFence: false }, extractRegion);
    case 'xml':
      return extractMarkup(file, { hasProse: false, hasRegions: false, hasCodeFence: false }, extractRegion);
    case 'vue':
    case 'svelte':
      return extractMarkup(file, { hasProse: false, hasRegions: true, hasCodeFence: false }, extractRegion);
    case 'astro':
      return extractMarkup(file, { hasProse: false, hasRegions: true, hasCodeFence: true }, extractRegion);
    case 'notebook':
      return extractNotebook(file, extractRegion);
    default: {
      const unknown: never = format;
      throw new Error(`No reader for the format ${String(unknown)}.`);
    }
  }
}
