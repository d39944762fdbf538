// The door to the prose readers. In: a file whose whole text is prose, and its format.
// Out: its passages (headings, paragraphs, list items, table rows, comments) and what could not be read.

import type { SourceFile } from '../../text/sourceFile.ts';
import type { Extraction } from '../passage.ts';
import { cleanAsciidocInline } from './asciidoc/cleanInline.ts';
import { readAsciidoc } from './asciidoc/readAsciidoc.ts';
import { createInlineCleaner } from './markdown/cleanInline.ts';
import { readMarkdown } from './markdown/readMarkdown.ts';
import { readPlainText } from './plainText.ts';
import { toExtraction } from './proseBlock.ts';
import { cleanRstInline } from './restructuredText/cleanInline.ts';
import { readRst } from './restructuredText/readRst.ts';

export type ProseFormat = 'markdown' | 'restructuredText' | 'asciidoc' | 'plainText';

export function extractProse(file: SourceFile, format: ProseFormat): Extraction {
  switch (format) {
    case 'markdown': {
      const read = readMarkdown(file.text);
      return toExtraction(file, read, createInlineCleaner(read.linkLabels));
    }
    case 'restructuredText':
      return toExtraction(file, readRst(file.text), cleanRstInline);
    case 'asciidoc':
      return toExtraction(file, readAsciidoc(file.text), cleanAsciidocInline);
    case 'plainText':
      return toExtraction(file, readPlainText(file.text), () => []);
    default: {
      const unknown: never = format;
      throw new Error(`No prose reader for the format ${String(unknown)}.`);
    }
  }
}
