// Extraction for HTML, XML and single-file components (Vue, Svelte, Astro).
// In: a markup file and the way back into extraction. Out: its comments and text, and the passages of its
// scripts and styles, merged in source order.

import type { SourceFile } from '../../text/sourceFile.ts';
import type { Extraction } from '../passage.ts';
import { splitLines } from '../prose/lines.ts';
import { toExtraction } from '../prose/proseBlock.ts';
import type { ExtractRegion } from './extractEmbedded.ts';
import { moveExtraction } from './moveExtraction.ts';
import { type MarkupRegion, readHtml } from './readHtml.ts';
import { createRegion } from './regionText.ts';

export interface MarkupKind {
  readonly hasProse: boolean;
  readonly hasRegions: boolean;
  /** Astro: what stands between the first two `---` lines is TypeScript. */
  readonly hasCodeFence: boolean;
}

export function extractMarkup(file: SourceFile, kind: MarkupKind, extractRegion: ExtractRegion): Extraction {
  const { text } = file;
  const fence = kind.hasCodeFence ? findCodeFence(text) : undefined;
  const within = { start: fence?.end ?? 0, end: text.length };
  const read = readHtml(text, { within, hasProse: kind.hasProse, hasRegions: kind.hasRegions });
  const own = toExtraction(file, read, () => []);
  const regions = fence ? [fence.region, ...read.regions] : read.regions;
  const inner = regions.map((region) => extractOne(file, region, extractRegion));
  return mergeExtractions([own, ...inner]);
}

/** Passages and problems of several extractions of one file, in source order. */
export function mergeExtractions(extractions: readonly Extraction[]): Extraction {
  const passages = extractions.flatMap((extraction) => extraction.passages);
  const problems = extractions.flatMap((extraction) => extraction.problems);
  passages.sort((a, b) => a.span.start - b.span.start);
  problems.sort((a, b) => a.span.start - b.span.start);
  return { passages, problems };
}

function extractOne(file: SourceFile, region: MarkupRegion, extractRegion: ExtractRegion): Extraction {
  const cut = createRegion(file.text, region.span);
  const inner = extractRegion({
    id: file.id,
    language: region.language,
    version: file.version,
    text: cut.text,
  });
  return moveExtraction(inner, cut, file.text);
}

function findCodeFence(text: string): { region: MarkupRegion; end: number } | undefined {
  const lines = splitLines(text);
  const first = lines.findIndex((line) => line.end > line.start);
  const fenceLine = lines[first];
  if (!fenceLine || text.slice(fenceLine.start, fenceLine.end).trimEnd() !== '---') return undefined;
  for (let index = first + 1; index < lines.length; index++) {
    const line = lines[index]!;
    if (line.end - line.start > 80 || text.slice(line.start, line.end).trim() !== '---') continue;
    const start = lines[first + 1]!.start;
    return { region: { language: 'typescript', span: { start, end: line.start } }, end: line.end };
  }
  return undefined;
}
