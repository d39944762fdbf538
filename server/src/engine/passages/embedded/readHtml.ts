// Reads a markup file: its comments, its text as prose where the format has prose, and the regions of scripts
// and styles. In: the source and what to look for. Out: prose blocks in source order, regions, problems.

import type { Span } from '../../text/span.ts';
import type { ExtractionProblem } from '../passage.ts';
import { cleanComment } from '../prose/commentText.ts';
import type { ProseBlock } from '../prose/proseBlock.ts';
import { HtmlFlow } from './htmlFlow.ts';
import { rawNames } from './htmlNames.ts';
import { getRegionLanguage } from './htmlRegions.ts';
import { scanMarkup } from './scanMarkup.ts';

export interface MarkupRegion {
  readonly language: string;
  readonly span: Span;
}

export interface MarkupRead {
  readonly blocks: readonly ProseBlock[];
  readonly regions: readonly MarkupRegion[];
  readonly problems: readonly ExtractionProblem[];
}

export interface MarkupReading {
  readonly within: Span;
  /** Text of elements is prose (HTML); otherwise only comments count (XML, components). */
  readonly hasProse: boolean;
  /** `<script>` and `<style>` hold other languages. */
  readonly hasRegions: boolean;
}

const noNames: ReadonlySet<string> = new Set();

export function readHtml(source: string, reading: MarkupReading): MarkupRead {
  const comments: ProseBlock[] = [];
  const regions: MarkupRegion[] = [];
  const problems: ExtractionProblem[] = [];
  const flow = reading.hasProse ? new HtmlFlow(source) : undefined;
  const rawElements = reading.hasRegions ? rawNames : noNames;
  scanMarkup(source, { within: reading.within, rawElements }, (token) => {
    switch (token.kind) {
      case 'comment':
        comments.push({
          kind: 'block',
          span: token.span,
          lines: [],
          text: cleanComment(source, token.inside),
        });
        if (!token.isTerminated) problems.push({ code: 'unterminatedComment', span: token.span });
        return;
      case 'raw': {
        const language = getRegionLanguage(token.name, token.openTag);
        if (language !== undefined) regions.push({ language, span: token.inside });
        return;
      }
      case 'text':
        flow?.addText(token.span);
        return;
      case 'open':
        flow?.openTag(token.name, token.isSelfClosing);
        return;
      case 'close':
        flow?.closeTag(token.name);
    }
  });
  const blocks = [...comments, ...(flow?.finish() ?? [])].sort((a, b) => a.span.start - b.span.start);
  return { blocks, regions, problems };
}
