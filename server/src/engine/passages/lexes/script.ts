// Rows of the JavaScript family, whose comments share one syntax: JavaScript, TypeScript, JSX, TSX, JSON with comments.

import type { Lexis, RuleEntry } from '../lexis.ts';
import { blockComment, lineComment } from '../rules/comments.ts';
import { jsxElement, regularExpression, scriptBrackets, templateLiteral } from '../rules/javascript.ts';
import { quoted } from '../rules/strings.ts';

const comments: readonly RuleEntry[] = [
  lineComment({ open: '//', doc: ['///'] }),
  blockComment({ open: '/*', close: '*/', doc: ['/**'] }),
];
const shortStrings: readonly RuleEntry[] = [
  quoted({ open: "'", close: "'", escape: '\\', multiline: false }),
  quoted({ open: '"', close: '"', escape: '\\', multiline: false }),
];
const code: readonly RuleEntry[] = [
  ...comments,
  ...shortStrings,
  quoted(templateLiteral),
  regularExpression(),
  scriptBrackets(),
];

export const javascript: Lexis = {
  rules: [...code, jsxElement({ typeParameters: false })],
  markup: 'javadoc',
  symbols: 'javascript',
};
export const typescript: Lexis = { rules: code, markup: 'javadoc', symbols: 'javascript' };
export const typescriptReact: Lexis = {
  rules: [...code, jsxElement({ typeParameters: true })],
  markup: 'javadoc',
  symbols: 'javascript',
};
export const jsonWithComments: Lexis = {
  rules: [...comments, ...shortStrings],
  markup: 'plain',
  symbols: 'keyValue',
};
