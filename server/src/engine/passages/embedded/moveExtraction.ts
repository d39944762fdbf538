// Moves what was extracted from a region back to the file around it: every span, every part, every mapped segment.
// In: an extraction in offsets of the region. Out: the same extraction in offsets of the whole file.
// Characters that the file writes as an escape lose their segment, because a segment is a verbatim copy.

import type { MappedText, TextSegment } from '../../text/mappedText.ts';
import type { Extraction, Passage } from '../passage.ts';
import { standsAlone } from '../prose/lines.ts';
import { findPiece, isVerbatim, moveSpan, type RegionText } from './regionText.ts';

export function moveExtraction(extraction: Extraction, region: RegionText, outerText: string): Extraction {
  if (region.pieces.length === 0) return { passages: [], problems: [] };
  const isOneCopy = region.pieces.length === 1 && isVerbatim(region.pieces[0]!);
  return {
    passages: extraction.passages.map((passage) =>
      movePassage(passage, region, isOneCopy ? outerText : undefined),
    ),
    problems: extraction.problems.map((problem) => ({ ...problem, span: moveSpan(region, problem.span) })),
  };
}

/** Lines of a region that is cut out in one piece are lines of the file, so a first line may have text before it. */
function movePassage(passage: Passage, region: RegionText, sameLinesAs: string | undefined): Passage {
  const span = moveSpan(region, passage.span);
  const { symbol } = passage;
  return {
    ...passage,
    span,
    parts: passage.parts.map((part) => moveSpan(region, part)),
    text: moveText(passage.text, region),
    tags: passage.tags.map((tag) => ({ ...tag, span: moveSpan(region, tag.span) })),
    symbol: symbol && { ...symbol, span: moveSpan(region, symbol.span) },
    ownLine: passage.ownLine && (sameLinesAs === undefined || standsAlone(sameLinesAs, span.start)),
  };
}

function moveText(text: MappedText, region: RegionText): MappedText {
  const segments: TextSegment[] = [];
  for (const segment of text.segments) {
    const end = segment.sourceStart + segment.length;
    let index = findPiece(region, segment.sourceStart);
    for (let at = segment.sourceStart; at < end; index++) {
      const piece = region.pieces[index];
      if (!piece) break;
      const length = Math.min(end, piece.start + piece.length) - at;
      if (isVerbatim(piece)) {
        const start = segment.start + (at - segment.sourceStart);
        appendSegment(segments, { start, sourceStart: piece.sourceStart + (at - piece.start), length });
      }
      at += length;
    }
  }
  return { value: text.value, segments };
}

function appendSegment(segments: TextSegment[], segment: TextSegment): void {
  const last = segments.at(-1);
  const isAdjacent =
    last &&
    last.start + last.length === segment.start &&
    last.sourceStart + last.length === segment.sourceStart;
  if (isAdjacent) segments[segments.length - 1] = { ...last, length: last.length + segment.length };
  else segments.push(segment);
}
