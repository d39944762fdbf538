// Declaration patterns of C and its relatives, Java, C#, Dart, Go, Rust and Zig.
// Regular expressions, anchored where a declaration is known to start; see symbolRow.ts for what a row says.

import type { SymbolPattern, SymbolRow } from './symbolRow.ts';

const attributes = /^(?:@[\w.]+(?:\([^()]*(?:\([^()]*\)[^()]*)*\))?\s+)+/;

const modifiers =
  '(?:(?:public|private|protected|internal|static|final|abstract|sealed|synchronized|native|default|strictfp|transient|volatile|override|virtual|async|partial|readonly|extern|unsafe|new|const|required|ref|non-sealed)\\s+)*';

const typeName = '[\\w.$]+(?:\\s*<[^;{}()]*>)?(?:\\s*\\[\\s*,*\\s*\\])*\\??';

const notStatement =
  '(?!(?:return|throw|new|else|if|for|while|switch|case|goto|delete|import|package|using|await|yield|break|continue|assert|do|try|catch)\\b)';

const javaLike: readonly SymbolPattern[] = [
  {
    pattern: new RegExp(
      `^${modifiers}(?<kind>class|interface|@interface|enum|struct|record|trait|namespace)\\s+(?<name>[\\w.]+)`,
    ),
    kind: 'class',
  },
  { pattern: new RegExp(`^${modifiers}delegate\\s+${typeName}\\s+(?<name>\\w+)`), kind: 'type' },
  {
    pattern: new RegExp(
      `^${notStatement}${modifiers}(?:<[^;{}()]*>\\s*)?${notStatement}${typeName}\\s+(?<name>[\\w.]+)\\s*(?:<[^;{}()]*>)?\\s*\\(`,
    ),
    kind: 'method',
  },
  { pattern: /^(?:(?:public|private|protected|internal)\s+)+(?<name>\w+)\s*\(/, kind: 'constructor' },
  {
    pattern: new RegExp(
      `^${notStatement}${modifiers}(?:event\\s+)?${notStatement}${typeName}\\s+(?<name>\\w+)\\s*(?:[;=,{\\[]|=>)`,
    ),
    kind: 'field',
  },
  {
    pattern: /^(?<name>[A-Z][A-Z0-9_]*)\s*(?:\([^;{}]*\))?\s*(?:=[^,;]*)?[,;}{]/,
    kind: 'enumMember',
    stop: ',;{}',
  },
];

const enumMember: SymbolPattern = {
  pattern: /^(?<name>[A-Za-z_]\w*)\s*(?:=\s*[^,;]*)?,?\s*$/,
  kind: 'enumMember',
  stop: ',',
};

export const java: SymbolRow = {
  skip: attributes,
  declarations: javaLike,
  members: [enumMember],
  stop: '{;=',
};

export const csharp: SymbolRow = {
  skip: /^(?:\[[^\]\r\n]*\]\s*)+/,
  declarations: javaLike,
  members: [enumMember],
  stop: '{;=',
};

export const dart: SymbolRow = {
  skip: attributes,
  declarations: [
    {
      pattern:
        /^(?:abstract\s+|base\s+|sealed\s+|final\s+)*(?<kind>class|mixin|enum|extension|typedef)\s+(?<name>\w+)/,
      kind: 'class',
    },
    {
      pattern:
        /^(?:(?:static|late|const|external|covariant)\s+)*(?:final|const|var)\s+(?:[\w<>,? ]+\s+)?(?<name>\w+)\s*[=;]/,
      kind: 'variable',
    },
    ...javaLike,
  ],
  members: [enumMember],
  stop: '{;=',
};

export const c: SymbolRow = {
  skip: /^(?:(?:template\s*<[^{};]*?>|\[\[[^\]]*\]\]|__attribute__\s*\(\(.*?\)\))\s*)+/,
  declarations: [
    { pattern: /^#\s*define\s+(?<name>\w+)/, kind: 'macro', stop: '\n' },
    {
      pattern:
        /^(?:typedef\s+)?(?:(?<kind>class|struct|union)|enum(?:\s+class|\s+struct)?)\s+(?:[A-Z_]+(?:\([^)]*\))?\s+(?=\w))?(?<name>\w+)\s*(?:final\s*)?(?:[:{]|$|\n)/,
      kind: 'enum',
    },
    { pattern: /^namespace\s+(?<name>[\w:]+)/, kind: 'namespace' },
    { pattern: /^using\s+(?<name>\w+)\s*=/, kind: 'type', stop: ';' },
    { pattern: /^typedef\s+[^;{}]*?\(\s*\*\s*(?<name>\w+)\s*\)/, kind: 'type', stop: ';' },
    { pattern: /^typedef\s+[^;{}()]*?\b(?<name>\w+)\s*(?:\[[^\]]*\])?\s*;/, kind: 'type' },
    { pattern: /^[-+]\s*\([^()]*\)\s*(?<name>\w+)/, kind: 'method' },
    { pattern: /^@(?:interface|protocol|implementation)\s+(?<name>\w+)/, kind: 'class', stop: '\n{' },
    {
      pattern: new RegExp(
        `^${notStatement}(?!(?:typedef|using|namespace)\\b)(?:[\\w:]+(?:<[^;{}()]*>)?[\\s*&]+)+(?<name>[\\w:~]+|operator\\s*\\S{1,3})\\s*\\(`,
      ),
      kind: 'function',
    },
    {
      // Without a modifier or a body, `Name(x);` is a call of a macro.
      pattern: /^(?:(?:explicit|virtual|inline|constexpr)\s+)+(?<name>~?\w+)\s*\(/,
      kind: 'constructor',
      stop: '{;:',
    },
    {
      pattern: /^(?<name>~?[A-Z]\w*)\s*\([^;{}]*\)\s*(?:noexcept\s*)?(?:[:{]|=\s*(?:default|delete)\s*;)/,
      kind: 'constructor',
      stop: '{;:',
    },
    { pattern: /^(?<name>~\w+)\s*\(/, kind: 'constructor', stop: '{;:' },
    {
      pattern: new RegExp(
        `^${notStatement}(?:[\\w:]+(?:<[^;{}()]*>)?[\\s*&]+)+(?<name>\\w+)\\s*(?:\\[[^\\]]*\\]\\s*)*(?::\\s*\\d+\\s*)?[;=,{]`,
      ),
      kind: 'variable',
      stop: ';={',
    },
    { pattern: /^(?<name>[A-Z][A-Z0-9_]*)\s*(?:=[^,;{}]*)?[,}\n]/, kind: 'enumMember', stop: ',;{}' },
  ],
  members: [enumMember],
  stop: '{;',
};

export const go: SymbolRow = {
  skip: undefined,
  declarations: [
    { pattern: /^func\s+\([^()]*\)\s*(?<name>\w+)/, kind: 'method' },
    { pattern: /^(?<kind>func)\s+(?<name>\w+)/, kind: 'function' },
    { pattern: /^type\s+(?<name>\w+)(?:\[[^\]]*\])?\s+(?<kind>struct|interface)\b/, kind: 'type' },
    { pattern: /^(?<kind>type|var|const|package)\s+(?<name>\w+)/, kind: 'type', stop: '{\n' },
    {
      pattern:
        /^(?<name>\w+)\s+(?:\*|\[|map\b|chan\b|func\b|struct\b|interface\b|[A-Za-z_])[^\r\n:=`]*(?=\r?\n|`|$)/,
      kind: 'field',
      stop: '\n`{',
    },
    { pattern: /^(?<name>\w+)\s*(?::=|=(?!=)|:)/, kind: 'variable', stop: '\n{' },
    { pattern: /^(?<name>[A-Z]\w*)\((?:[^()]*)\)[^\r\n]*(?=\r?\n|$)/, kind: 'method', stop: '\n' },
    { pattern: /^(?<name>[A-Z]\w*)\s*(?=\r?\n|$)/, kind: 'variable' },
  ],
  members: [],
  stop: '{\n',
};

export const rust: SymbolRow = {
  skip: /^(?:#!?\[[^\r\n]*\][ \t]*(?:\r?\n[ \t]*)?)+/,
  declarations: [
    {
      pattern:
        /^(?:pub(?:\([^)]*\))?\s+)?(?:(?:default|const|async|unsafe|extern(?:\s+"[^"]*")?)\s+)*(?<kind>fn)\s+(?<name>\w+)/,
      kind: 'function',
    },
    {
      pattern:
        /^(?:pub(?:\([^)]*\))?\s+)?(?:unsafe\s+)?(?<kind>struct|enum|union|trait|type|mod|const|static)\s+(?:mut\s+)?(?<name>\w+)/,
      kind: 'type',
    },
    { pattern: /^macro_rules!\s*(?<name>\w+)/, kind: 'macro' },
    { pattern: /^(?:unsafe\s+)?(?<kind>impl)(?:<[^{]*?>)?\s+(?:[^{]*?\sfor\s+)?(?<name>\w+)/, kind: 'class' },
    { pattern: /^(?<kind>let)\s+(?:mut\s+)?(?<name>\w+)/, kind: 'variable', stop: ';=' },
    { pattern: /^(?:pub(?:\([^)]*\))?\s+)?(?<name>[a-z_]\w*)\s*:\s*[^:]/, kind: 'field', stop: ',\n{;' },
    { pattern: /^(?<name>[A-Z]\w*)\s*(?:[,({=]|\r?\n|$)/, kind: 'enumMember', stop: ',{\n' },
  ],
  members: [],
  stop: '{;',
};

export const zig: SymbolRow = {
  skip: undefined,
  declarations: [
    {
      pattern: /^(?:(?:pub|export|extern|inline|noinline)\s+)*(?<kind>fn|const|var)\s+(?<name>\w+)/,
      kind: 'function',
      stop: '{;=',
    },
    { pattern: /^test\s+"(?<name>[^"]*)"/, kind: 'function' },
    { pattern: /^(?<name>\w+)\s*:\s*\S/, kind: 'field', stop: ',=\n' },
    { pattern: /^(?<name>\w+)\s*(?:=[^,\r\n]*)?,/, kind: 'enumMember', stop: ',' },
  ],
  members: [],
  stop: '{;',
};
