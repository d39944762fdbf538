// Extraction for Jupyter notebook files. In: the JSON file and the way back into extraction.
// Out: the passages of code cells (in the kernel's language, or that of a cell magic) and of Markdown cells, in
// offsets of the JSON file. Headings of Markdown cells are sections for all Markdown cells after them.

import type { SourceFile } from '../../text/sourceFile.ts';
import type { Extraction, ExtractionProblem, Passage } from '../passage.ts';
import { Sections } from '../prose/sections.ts';
import type { ExtractRegion } from './extractEmbedded.ts';
import { moveExtraction } from './moveExtraction.ts';
import { type NotebookCell, readNotebook } from './readNotebook.ts';

/** Kernels name languages in their own way; other names are language ids already. */
const languageIds: ReadonlyMap<string, string> = new Map([
  ['python3', 'python'],
  ['ipython', 'python'],
  ['c++', 'cpp'],
  ['c++11', 'cpp'],
  ['c++14', 'cpp'],
  ['c++17', 'cpp'],
  ['c#', 'csharp'],
  ['f#', 'fsharp'],
  ['bash', 'shellscript'],
  ['sh', 'shellscript'],
  ['pwsh', 'powershell'],
  ['js', 'javascript'],
  ['ts', 'typescript'],
]);

/** Cell magics that say the language of the whole cell; `undefined` stands for text that is no code. */
const magics: ReadonlyMap<string, string | undefined> = new Map([
  ['bash', 'shellscript'],
  ['sh', 'shellscript'],
  ['script', 'shellscript'],
  ['html', 'html'],
  ['javascript', 'javascript'],
  ['js', 'javascript'],
  ['markdown', 'markdown'],
  ['perl', 'perl'],
  ['ruby', 'ruby'],
  ['R', 'r'],
  ['sql', 'sql'],
  ['latex', undefined],
  ['svg', undefined],
  ['writefile', undefined],
  ['file', undefined],
]);

export function extractNotebook(file: SourceFile, extractRegion: ExtractRegion): Extraction {
  const notebook = readNotebook(file.text);
  const kernel = toLanguageId(notebook.kernelLanguage ?? 'python');
  const sections = new Sections();
  const passages: Passage[] = [];
  const problems: ExtractionProblem[] = [];
  for (const cell of notebook.cells) {
    const language = getCellLanguage(cell, kernel);
    if (language === undefined) continue;
    const inner = extractRegion({ id: file.id, language, version: file.version, text: cell.source.text });
    const isProse = cell.type !== 'code';
    const placed = isProse
      ? { ...inner, passages: carrySections(inner.passages, cell.source.text, sections) }
      : inner;
    const moved = moveExtraction(placed, cell.source, file.text);
    for (const passage of moved.passages) passages.push(passage);
    for (const problem of moved.problems) problems.push(problem);
  }
  if (notebook.brokenAt !== undefined) {
    const start = Math.min(notebook.brokenAt, file.text.length);
    problems.push({ code: 'brokenNotebook', span: { start, end: Math.min(start + 1, file.text.length) } });
  }
  problems.sort((a, b) => a.span.start - b.span.start);
  return { passages, problems };
}

function getCellLanguage(cell: NotebookCell, kernel: string): string | undefined {
  if (cell.type === 'markdown' || cell.type === 'heading') return 'markdown';
  if (cell.type !== 'code') return undefined;
  const magic = /^\s*%%(\w+)/.exec(cell.source.text.slice(0, 200))?.[1];
  if (magic !== undefined && magics.has(magic)) return magics.get(magic);
  return cell.language === undefined ? kernel : toLanguageId(cell.language);
}

function toLanguageId(name: string): string {
  const lower = name.toLowerCase();
  return languageIds.get(lower) ?? lower;
}

/** Replaces the sections that one cell knows of by those of the whole notebook. */
function carrySections(passages: readonly Passage[], cellText: string, sections: Sections): Passage[] {
  return passages.map((passage) => {
    if (passage.kind !== 'heading') return { ...passage, section: sections.path };
    const level = getHeadingLevel(cellText.slice(passage.span.start, passage.span.end));
    return { ...passage, section: sections.enter(level, passage.text.value) };
  });
}

/** A heading's level from its marks: `## Title`, or an underline of `=` or `-`. */
function getHeadingLevel(heading: string): number {
  const marks = /^#{1,6}/.exec(heading);
  if (marks) return marks[0].length;
  return heading.trimEnd().endsWith('=') ? 1 : 2;
}
