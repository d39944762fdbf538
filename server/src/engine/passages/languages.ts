// The one table of languages: a VS Code language id → how its text is read. Code has a lexis, prose a format,
// embedded text holds regions in other languages. A language that is not here gives no passages.

import type { LanguageId } from '../text/sourceFile.ts';
import * as braces from './lexes/braces.ts';
import * as dashes from './lexes/dashes.ts';
import * as script from './lexes/script.ts';
import * as sharps from './lexes/sharps.ts';
import { scss } from './lexes/sheets.ts';
import type { Lexis } from './lexis.ts';

export type LanguageRow =
  | { readonly reads: 'code'; readonly lexis: Lexis }
  | { readonly reads: 'prose'; readonly format: 'markdown' | 'restructuredText' | 'asciidoc' | 'plainText' }
  | { readonly reads: 'embedded'; readonly format: 'html' | 'xml' | 'vue' | 'svelte' | 'astro' | 'notebook' };

const code = (lexis: Lexis): LanguageRow => ({ reads: 'code', lexis });

const rows: Readonly<Record<LanguageId, LanguageRow>> = {
  javascript: code(script.javascript),
  javascriptreact: code(script.javascript),
  typescript: code(script.typescript),
  typescriptreact: code(script.typescriptReact),
  json: code(script.jsonWithComments),
  jsonc: code(script.jsonWithComments),
  json5: code(script.jsonWithComments),
  c: code(braces.c),
  cpp: code(braces.c),
  'cuda-cpp': code(braces.c),
  'objective-c': code(braces.c),
  'objective-cpp': code(braces.c),
  glsl: code(braces.plainBraces),
  hlsl: code(braces.plainBraces),
  proto3: code(braces.plainBraces),
  solidity: code(braces.plainBraces),
  verilog: code(braces.plainBraces),
  java: code(braces.java),
  groovy: code(braces.groovy),
  csharp: code(braces.csharp),
  go: code(braces.go),
  rust: code(braces.rust),
  swift: code(braces.swift),
  kotlin: code(braces.kotlin),
  scala: code(braces.scala),
  dart: code(braces.dart),
  zig: code(braces.zig),
  php: code(braces.php),
  css: code(braces.css),
  scss: code(scss),
  less: code(scss),
  python: code(sharps.python),
  starlark: code(sharps.python),
  ruby: code(sharps.ruby),
  perl: code(sharps.perl),
  shellscript: code(sharps.shell),
  r: code(sharps.r),
  julia: code(sharps.julia),
  elixir: code(sharps.elixir),
  powershell: code(sharps.powershell),
  makefile: code(sharps.makefile),
  dockerfile: code(sharps.dockerfile),
  yaml: code(sharps.yaml),
  dockercompose: code(sharps.yaml),
  toml: code(sharps.toml),
  properties: code(sharps.properties),
  ini: code(sharps.ini),
  cmake: code(sharps.cmake),
  ignore: code(sharps.sharpLines),
  'pip-requirements': code(sharps.sharpLines),
  graphql: code(sharps.sharpAnywhere),
  terraform: code(sharps.sharpAnywhere),
  nix: code(sharps.sharpAnywhere),
  sql: code(dashes.sql),
  lua: code(dashes.lua),
  haskell: code(dashes.haskell),
  elm: code(dashes.elm),
  ada: code(dashes.ada),
  vhdl: code(dashes.ada),
  clojure: code(dashes.lisp),
  lisp: code(dashes.lisp),
  scheme: code(dashes.lisp),
  erlang: code(dashes.erlang),
  ocaml: code(dashes.ocaml),
  fsharp: code(dashes.fsharp),
  latex: code(dashes.latex),
  tex: code(dashes.latex),
  vb: code(dashes.visualBasic),
  markdown: { reads: 'prose', format: 'markdown' },
  restructuredtext: { reads: 'prose', format: 'restructuredText' },
  asciidoc: { reads: 'prose', format: 'asciidoc' },
  plaintext: { reads: 'prose', format: 'plainText' },
  html: { reads: 'embedded', format: 'html' },
  xml: { reads: 'embedded', format: 'xml' },
  vue: { reads: 'embedded', format: 'vue' },
  svelte: { reads: 'embedded', format: 'svelte' },
  astro: { reads: 'embedded', format: 'astro' },
  ipynb: { reads: 'embedded', format: 'notebook' },
};

/** `undefined` for a language that we do not read. */
export function languageRow(language: LanguageId): LanguageRow | undefined {
  return Object.hasOwn(rows, language) ? rows[language] : undefined;
}

export const knownLanguages: readonly LanguageId[] = Object.keys(rows);
