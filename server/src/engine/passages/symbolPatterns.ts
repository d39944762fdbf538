// How declarations look, one row per family of languages. In: a family, as a lexis names it. Out: its patterns.

import type { SymbolFamily } from './lexis.ts';
import * as brace from './symbols/braceSymbols.ts';
import * as line from './symbols/lineSymbols.ts';
import * as modern from './symbols/modernSymbols.ts';
import * as script from './symbols/scriptSymbols.ts';
import type { SymbolRow } from './symbols/symbolRow.ts';

const none: SymbolRow = { skip: undefined, declarations: [], members: [], stop: '' };

export const symbolRows: Readonly<Record<SymbolFamily, SymbolRow>> = {
  none,
  javascript: script.javascript,
  python: line.python,
  java: brace.java,
  c: brace.c,
  csharp: brace.csharp,
  go: brace.go,
  rust: brace.rust,
  ruby: line.ruby,
  php: script.php,
  swift: modern.swift,
  kotlin: modern.swift,
  scala: modern.scala,
  shell: line.shell,
  lua: line.lua,
  sql: line.sql,
  haskell: modern.haskell,
  elixir: modern.elixir,
  r: line.r,
  julia: line.julia,
  dart: brace.dart,
  zig: brace.zig,
  powershell: line.powershell,
  perl: line.perl,
  css: script.css,
  keyValue: line.keyValue,
  make: line.make,
};
