// Says which language stands in a script or style element. In: the element's name and its open tag.
// Out: a language id for extraction, or nothing when the content is no language we read (templates, JSON).

import { getAttribute } from './scanMarkup.ts';

const scriptTypes: ReadonlyMap<string, string | undefined> = new Map([
  ['text/typescript', 'typescript'],
  ['application/typescript', 'typescript'],
  ['text/jsx', 'javascriptreact'],
  ['text/babel', 'javascriptreact'],
  ['text/tsx', 'typescriptreact'],
  ['text/x-python', 'python'],
  ['text/python', 'python'],
  ['text/markdown', 'markdown'],
  ['text/x-markdown', 'markdown'],
]);

const languageNames: ReadonlyMap<string, string> = new Map([
  ['ts', 'typescript'],
  ['typescript', 'typescript'],
  ['tsx', 'typescriptreact'],
  ['jsx', 'javascriptreact'],
  ['js', 'javascript'],
  ['javascript', 'javascript'],
  ['coffee', 'coffeescript'],
  ['coffeescript', 'coffeescript'],
  ['css', 'css'],
  ['postcss', 'css'],
  ['pcss', 'css'],
  ['scss', 'scss'],
  ['sass', 'sass'],
  ['less', 'less'],
  ['stylus', 'stylus'],
]);

export function getRegionLanguage(name: string, openTag: string): string | undefined {
  const lang = getAttribute(openTag, 'lang');
  const type = getAttribute(openTag, 'type');
  if (lang !== undefined && languageNames.has(lang)) return languageNames.get(lang);
  if (name === 'style') return languageNames.get(type?.replace(/^text\//, '') ?? 'css');
  if (name !== 'script') return undefined;
  if (type === undefined || type === '' || type === 'module') return 'javascript';
  if (/^(?:text|application)\/(?:x-)?(?:javascript|ecmascript)/.test(type)) return 'javascript';
  return scriptTypes.get(type);
}
