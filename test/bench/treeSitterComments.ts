// Comments as tree-sitter sees them: the reference that our scanner is compared with, and nothing else.
// In: a language id and a text. Out: comment spans in UTF-16 offsets, trailing white space cut off.

import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Language, Parser, Query } from 'web-tree-sitter';
import type { Span } from '../../server/src/engine/text/span.ts';

const require = createRequire(import.meta.url);
const wasmFolder = join(dirname(require.resolve('@vscode/tree-sitter-wasm/package.json')), 'wasm');

interface Grammar {
  readonly file: string;
  readonly query: string;
}

const comment = '(comment) @comment';

/** Language ids that the package has a grammar for. C headers are read by the C++ grammar. */
export const grammars: Readonly<Record<string, Grammar>> = {
  javascript: { file: 'javascript', query: comment },
  typescript: { file: 'typescript', query: comment },
  typescriptreact: { file: 'tsx', query: comment },
  python: { file: 'python', query: comment },
  java: { file: 'java', query: '[(line_comment) (block_comment)] @comment' },
  c: { file: 'cpp', query: comment },
  cpp: { file: 'cpp', query: comment },
  csharp: { file: 'c-sharp', query: comment },
  go: { file: 'go', query: comment },
  rust: { file: 'rust', query: '[(line_comment) (block_comment)] @comment' },
  ruby: { file: 'ruby', query: comment },
  php: { file: 'php', query: comment },
  shellscript: { file: 'bash', query: comment },
  css: { file: 'css', query: comment },
  powershell: { file: 'powershell', query: comment },
};

export interface ReferenceComments {
  readonly spans: readonly Span[];
  /** The grammar could not read all of the text, so its opinion may be wrong. */
  readonly hasErrors: boolean;
}

export type FindComments = (text: string) => ReferenceComments;

/** Loads one grammar. The parser lives as long as the process: use it in tests and scripts only. */
export async function loadReference(language: string): Promise<FindComments> {
  const grammar = grammars[language];
  if (!grammar) throw new Error(`No grammar for ${language}.`);
  await Parser.init({ locateFile: () => require.resolve('web-tree-sitter/web-tree-sitter.wasm') });
  const loaded = await Language.load(join(wasmFolder, `tree-sitter-${grammar.file}.wasm`));
  const parser = new Parser();
  parser.setLanguage(loaded);
  const query = new Query(loaded, grammar.query);
  return (text) => {
    const tree = parser.parse(text);
    if (!tree) return { spans: [], hasErrors: true };
    const spans = query
      .captures(tree.rootNode)
      .map(({ node }) => trimSpan(text, { start: node.startIndex, end: node.endIndex }));
    const hasErrors = tree.rootNode.hasError;
    tree.delete();
    return { spans, hasErrors };
  };
}

/** Grammars differ in whether the line break belongs to a comment. */
export function trimSpan(text: string, span: Span): Span {
  let end = span.end;
  while (end > span.start && /\s/.test(text[end - 1]!)) end--;
  return { start: span.start, end };
}
