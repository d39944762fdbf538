// How declarations look, one table row per family of languages: regular expressions that name what a comment
// documents. They read one declaration that is known to start at a place, so they need no parser.

import type { SymbolFamily } from './lexis.ts';

export interface SymbolPattern {
  /** Anchored at the start; group `name`; group `kind` where the keyword itself tells. */
  readonly pattern: RegExp;
  /** Used when there is no group `kind`, or the keyword is not in {@link kindOfKeyword}. */
  readonly kind: string;
  /** Characters that end the signature outside brackets; the family's own when absent. */
  readonly stop?: string;
}

export interface SymbolRow {
  /** What may stand between a comment and its declaration: attributes, annotations, decorators. Anchored. */
  readonly skip: RegExp | undefined;
  /** What may follow a comment. */
  readonly declarations: readonly SymbolPattern[];
  /** What may stand before a trailing comment, besides the declarations. */
  readonly members: readonly SymbolPattern[];
  readonly stop: string;
}

/** Names of kinds for declaration keywords of all languages. */
export const kindOfKeyword: Readonly<Record<string, string>> = {
  class: 'class',
  interface: 'interface',
  enum: 'enum',
  struct: 'struct',
  union: 'union',
  trait: 'interface',
  protocol: 'interface',
  type: 'type',
  typealias: 'type',
  typedef: 'type',
  namespace: 'namespace',
  module: 'module',
  mod: 'module',
  package: 'module',
  defmodule: 'module',
  object: 'class',
  record: 'class',
  actor: 'class',
  mixin: 'class',
  extension: 'class',
  impl: 'class',
  function: 'function',
  func: 'function',
  fun: 'function',
  fn: 'function',
  def: 'function',
  defp: 'function',
  defmacro: 'function',
  sub: 'function',
  macro: 'macro',
  const: 'variable',
  let: 'variable',
  var: 'variable',
  val: 'variable',
  static: 'variable',
  table: 'table',
  view: 'view',
  procedure: 'function',
  trigger: 'trigger',
  index: 'index',
  delegate: 'type',
  data: 'type',
  newtype: 'type',
};

const scriptName = '[\\w$\\u0080-\\uffff]+';
const none: SymbolRow = { skip: undefined, declarations: [], members: [], stop: '' };
const attributes = /^(?:@[\w.]+(?:\([^()]*(?:\([^()]*\)[^()]*)*\))?\s+)+/;

const python: SymbolRow = {
  skip: /^(?:@[^\r\n]*(?:\r?\n|\r)[ \t]*)+/,
  declarations: [
    { pattern: /^(?:async\s+)?(?<kind>def)\s+(?<name>\w+)/, kind: 'function', stop: ':' },
    { pattern: /^(?<kind>class)\s+(?<name>\w+)/, kind: 'class', stop: ':' },
    { pattern: /^type\s+(?<name>\w+)/, kind: 'type' },
    {
      pattern:
        /^(?!(?:if|elif|else|for|while|try|with|return|raise|assert|del|lambda|except|finally)\b)(?:self\.|cls\.)?(?<name>[A-Za-z_]\w*)\s*(?::[^=\r\n]+)?=(?!=)/,
      kind: 'variable',
    },
    {
      pattern:
        /^(?!(?:if|elif|else|for|while|try|with|return|raise|assert|lambda|except|finally)\b)(?<name>[A-Za-z_]\w*)\s*:\s*[^\s=]/,
      kind: 'field',
    },
  ],
  members: [{ pattern: /^(?<name>[A-Za-z_]\w*)\s*(?::[^=]+)?=(?!=)/, kind: 'variable' }],
  stop: '\n#',
};

const javascript: SymbolRow = {
  skip: /^(?:@[\w.$]+(?:\([^()]*(?:\([^()]*\)[^()]*)*\))?\s+)+/,
  declarations: [
    {
      pattern: new RegExp(
        `^(?:(?:export|default|declare|async|abstract)\\s+)*(?<kind>function)\\s*\\*?\\s*(?<name>${scriptName})`,
      ),
      kind: 'function',
    },
    {
      pattern: new RegExp(
        `^(?:(?:export|default|declare|abstract|const)\\s+)*(?<kind>class|interface|enum|namespace|module)\\s+(?<name>${scriptName})`,
      ),
      kind: 'class',
    },
    {
      pattern: new RegExp(
        `^(?:(?:export|declare)\\s+)*(?<kind>type)\\s+(?<name>${scriptName})\\s*(?:<[^={]*>)?\\s*=`,
      ),
      kind: 'type',
      stop: ';\n{',
    },
    {
      pattern: new RegExp(
        `^(?:(?:export|declare)\\s+)*(?:const|let|var)\\s+(?<name>${scriptName})\\s*(?::[^=]+)?=\\s*(?:async\\s*)?(?:function\\b|\\([^()]*\\)\\s*(?::[^={]+)?=>|${scriptName}\\s*=>)`,
      ),
      kind: 'function',
      stop: '{;',
    },
    {
      pattern: new RegExp(`^(?:(?:export|declare)\\s+)*(?<kind>const|let|var)\\s+(?<name>${scriptName})`),
      kind: 'variable',
    },
    { pattern: new RegExp(`^(?:module\\.)?exports\\.(?<name>${scriptName})\\s*=`), kind: 'variable' },
    {
      pattern: new RegExp(
        `^[\\w$]+(?:\\.[\\w$]+)*\\.(?<name>${scriptName})\\s*=\\s*(?:async\\s*)?(?:function\\b|\\([^()]*\\)\\s*=>)`,
      ),
      kind: 'function',
    },
    {
      pattern: new RegExp(
        `^(?!(?:if|for|while|switch|catch|return|throw|typeof|await|with|super|new|delete|void|yield|import)\\b)(?:(?:public|private|protected|static|override|readonly|async|abstract|get|set|declare|accessor)\\s+)*\\*?\\s*(?<name>#?${scriptName})\\??\\s*(?:<[^<>()]*>)?\\([^;]*?\\)\\s*(?::\\s*[^{;=]+)?\\s*(?:\\{|;(?=\\s*\\n)|$)`,
      ),
      kind: 'method',
      stop: '{;',
    },
    {
      pattern: new RegExp(
        `^(?:(?:public|private|protected|static|override|readonly|abstract|declare|accessor)\\s+)+(?<name>#?${scriptName})[?!]?\\s*[:=;]`,
      ),
      kind: 'field',
    },
    {
      pattern: /^(?!(?:case|default|return|throw)\b)(?:['"](?<name>[\w$.-]+)['"])\s*:\s*[^:\s]/,
      kind: 'field',
      stop: ';,\n{',
    },
    {
      pattern: new RegExp(
        `^(?!(?:case|default)\\b)(?<name>#?${scriptName})[?!]?\\s*(?::\\s*[^:\\s]|=(?![=>]))`,
      ),
      kind: 'field',
      stop: ';,\n{',
    },
  ],
  members: [{ pattern: new RegExp(`^(?<name>${scriptName})\\s*,?\\s*$`), kind: 'enumMember', stop: ',' }],
  stop: '{;\n',
};

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
const java: SymbolRow = { skip: attributes, declarations: javaLike, members: [enumMember], stop: '{;=' };
const csharp: SymbolRow = {
  skip: /^(?:\[[^\]\r\n]*\]\s*)+/,
  declarations: javaLike,
  members: [enumMember],
  stop: '{;=',
};
const dart: SymbolRow = {
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

const c: SymbolRow = {
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
      pattern:
        /^(?:explicit\s+|virtual\s+|inline\s+|constexpr\s+)*(?<name>~?[A-Z]\w*)\s*\([^;{}]*\)\s*(?:noexcept\s*)?(?:[:{]|=\s*(?:default|delete)\s*;|;)/,
      kind: 'constructor',
      stop: '{;:',
    },
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

const go: SymbolRow = {
  skip: undefined,
  declarations: [
    { pattern: /^func\s+\([^()]*\)\s*(?<name>\w+)/, kind: 'method' },
    { pattern: /^(?<kind>func)\s+(?<name>\w+)/, kind: 'function' },
    { pattern: /^type\s+(?<name>\w+)(?:\[[^\]]*\])?\s+(?<kind>struct|interface)\b/, kind: 'type' },
    { pattern: /^(?<kind>type|var|const|package)\s+(?<name>\w+)/, kind: 'type', stop: '{\n' },
    {
      pattern: /^(?<name>\w+)\s+(?:\*|\[|map\b|chan\b|func\b|struct\b|interface\b|[A-Za-z_])[^\r\n:=]*$/m,
      kind: 'field',
      stop: '\n`{',
    },
    { pattern: /^(?<name>\w+)\s*(?::=|=(?!=)|:)/, kind: 'variable', stop: '\n{' },
    { pattern: /^(?<name>[A-Z]\w*)\((?:[^()]*)\)[^\r\n]*$/m, kind: 'method', stop: '\n' },
    { pattern: /^(?<name>[A-Z]\w*)\s*$/m, kind: 'variable' },
  ],
  members: [],
  stop: '{\n',
};

const rust: SymbolRow = {
  skip: /^(?:#!?\[[^\r\n]*\]\s*)+/,
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
    { pattern: /^(?<name>[A-Z]\w*)\s*(?:[,({=]|$)/m, kind: 'enumMember', stop: ',{\n' },
  ],
  members: [],
  stop: '{;',
};

const swiftModifiers =
  '(?:(?:public|private|fileprivate|internal|open|static|class|final|override|mutating|nonmutating|lazy|weak|unowned|indirect|required|convenience|dynamic|inline|suspend|operator|infix|data|sealed|abstract|inner|companion|enum|annotation|const|lateinit|tailrec|external|actual|expect|protected|implicit|case)\\s+)*';
const swift: SymbolRow = {
  skip: attributes,
  declarations: [
    {
      pattern: new RegExp(
        `^${swiftModifiers}(?<kind>func|fun)\\s+(?:<[^>]*>\\s*)?(?:[\\w.<>?]+\\.)?(?<name>\\w+|\`[^\`]+\`|[-+*/=<>!&|^~%]+)`,
      ),
      kind: 'function',
      stop: '{\n=',
    },
    {
      pattern: new RegExp(
        `^${swiftModifiers}(?<kind>class|struct|enum|protocol|interface|object|extension|actor|typealias)\\s+(?<name>\\w+)`,
      ),
      kind: 'class',
    },
    {
      pattern: new RegExp(`^${swiftModifiers}(?<kind>let|var|val)\\s+(?:[\\w.<>?]+\\.)?(?<name>\\w+)`),
      kind: 'variable',
      stop: '{\n=',
    },
    { pattern: /^(?:\w+\s+)*(?<name>init|constructor)\s*[?(<]/, kind: 'constructor' },
    { pattern: /^case\s+(?<name>\w+)/, kind: 'enumMember' },
    { pattern: /^(?<name>[A-Z][A-Z0-9_]*)\s*(?:\([^()]*\))?\s*[,;]/, kind: 'enumMember', stop: ',;' },
  ],
  members: [enumMember],
  stop: '{\n',
};

const scala: SymbolRow = {
  skip: attributes,
  declarations: [
    {
      pattern: new RegExp(
        `^${swiftModifiers}(?<kind>def|class|trait|object|type|val|var|enum)\\s+(?<name>\\w+|\`[^\`]+\`|[-+*/=<>!&|^~%:]+)`,
      ),
      kind: 'function',
      stop: '{\n=',
    },
    { pattern: /^package\s+(?<name>[\w.]+)/, kind: 'module' },
  ],
  members: [],
  stop: '{\n=',
};

const php: SymbolRow = {
  skip: /^(?:#\[[^\r\n]*\]\s*)+/,
  declarations: [
    {
      pattern:
        /^(?:(?:public|private|protected|static|final|abstract|readonly)\s+)*(?<kind>function)\s*&?\s*(?<name>\w+)/,
      kind: 'function',
    },
    {
      pattern:
        /^(?:(?:final|abstract|readonly)\s+)*(?<kind>class|interface|trait|enum|namespace)\s+(?<name>[\w\\]+)/,
      kind: 'class',
    },
    {
      pattern: /^(?:(?:public|private|protected|static|readonly|var)\s+)+(?:\??[\w\\|]+\s+)?\$(?<name>\w+)/,
      kind: 'field',
      stop: ';=',
    },
    {
      pattern: /^(?:(?:public|private|protected|final)\s+)*const\s+(?:\w+\s+)?(?<name>\w+)\s*=/,
      kind: 'variable',
    },
    { pattern: /^\$(?<name>\w+)\s*=/, kind: 'variable', stop: ';\n' },
    { pattern: /^define\(\s*['"](?<name>\w+)/, kind: 'variable' },
    { pattern: /^case\s+(?<name>\w+)/, kind: 'enumMember' },
  ],
  members: [{ pattern: /^['"](?<name>[\w.-]+)['"]\s*=>/, kind: 'field', stop: ',' }],
  stop: '{;',
};

const ruby: SymbolRow = {
  skip: undefined,
  declarations: [
    {
      pattern:
        /^(?:(?:private|public|protected|module_function)\s+)?(?<kind>def)\s+(?:self\.|\w+\.)?(?<name>[\w?!=+\-*/<>[\]~%^&|]+)/,
      kind: 'function',
    },
    { pattern: /^(?<kind>class|module)\s+(?:<<\s*)?(?<name>[\w:]+)/, kind: 'class' },
    {
      pattern: /^(?:attr_\w+|define_method|alias_method|scope|has_many|belongs_to)[\s(]+:(?<name>\w+)/,
      kind: 'field',
    },
    { pattern: /^(?<name>[A-Z]\w*)\s*=(?!=)/, kind: 'variable' },
    { pattern: /^(?<name>@{0,2}[a-z_]\w*)\s*(?:\|\|)?=(?![=~])/, kind: 'variable' },
  ],
  members: [],
  stop: '\n;#',
};

const shell: SymbolRow = {
  skip: undefined,
  declarations: [
    { pattern: /^function\s+(?<name>[\w:.-]+)/, kind: 'function' },
    { pattern: /^(?<name>[\w:.-]+)\s*\(\s*\)/, kind: 'function' },
    {
      pattern: /^(?:(?:export|readonly|local|declare(?:\s+-\w+)?|typeset)\s+)*(?<name>[A-Za-z_]\w*)\+?=/,
      kind: 'variable',
    },
  ],
  members: [],
  stop: '{\n#',
};

const lua: SymbolRow = {
  skip: undefined,
  declarations: [
    { pattern: /^(?:local\s+)?(?<kind>function)\s+(?<name>[\w.:]+)/, kind: 'function' },
    { pattern: /^(?:local\s+)?(?<name>[\w.]+)\s*=\s*function\b/, kind: 'function' },
    { pattern: /^(?:local\s+)?(?<name>[\w.]+)\s*=(?!=)/, kind: 'variable' },
  ],
  members: [],
  stop: '\n{',
};

const sql: SymbolRow = {
  skip: undefined,
  declarations: [
    {
      pattern:
        /^create\s+(?:or\s+replace\s+)?(?:global\s+|local\s+|temp(?:orary)?\s+|unique\s+|materialized\s+)*(?<kind>table|view|function|procedure|trigger|index|type|schema|sequence)\s+(?:if\s+not\s+exists\s+)?(?<name>[\w."`[\]]+)/i,
      kind: 'type',
      stop: '(;\n',
    },
    { pattern: /^alter\s+(?<kind>table|view|function)\s+(?<name>[\w."`[\]]+)/i, kind: 'table', stop: ';\n' },
    {
      pattern:
        /^(?!(?:select|insert|update|delete|from|where|and|or|join|left|right|inner|order|group|set|values|with|begin|end|if|else|case|when|then|drop|grant|primary|foreign|constraint|unique|check|return|declare|create|on)\b)["`[]?(?<name>[a-z_]\w*)["`\]]?\s+(?:small|big|tiny|medium)?(?:int|integer|serial|text|varchar|char|character|numeric|decimal|date|timestamp|timestamptz|bool|boolean|uuid|jsonb?|real|float|double|blob|bytea|number|datetime|time|bit|money)\w*\b/i,
      kind: 'field',
      stop: ',;\n',
    },
  ],
  members: [],
  stop: ';\n',
};

const haskell: SymbolRow = {
  skip: /^(?:\{-#[^\r\n]*#-\}\s*)+/,
  declarations: [
    {
      pattern:
        /^(?<kind>data|newtype|type|class|module)\s+(?:family\s+|instance\s+|alias\s+)?(?:\([^()]*\)\s*=>\s*|[\w ]+=>\s*)?(?<name>[\w.]+)/,
      kind: 'type',
    },
    {
      pattern: /^(?:\((?<name>[^\w\s()]+)\)|(?<name2>[a-z_][\w']*))\s*(?:,[^:\r\n]*)?::?\s/,
      kind: 'function',
    },
    { pattern: /^[,{|=]\s*(?<name>\w[\w']*)/, kind: 'field' },
    { pattern: /^(?<name>[a-z_][\w']*)\s[^\r\n]*=/, kind: 'function' },
  ],
  members: [{ pattern: /^[,{|=]?\s*(?<name>[A-Za-z][\w']*)/, kind: 'field' }],
  stop: '\n',
};

const elixir: SymbolRow = {
  skip: /^(?:@(?:spec|impl|doc|deprecated|since|tag)\b[^\r\n]*\s+)+/,
  declarations: [
    {
      pattern:
        /^(?<kind>def|defp|defmacro|defmacrop|defmodule|defguard|defdelegate|defprotocol|defimpl)\s+(?<name>[\w.?!]+)/,
      kind: 'function',
    },
    { pattern: /^@(?<name>\w+)\s/, kind: 'field' },
    { pattern: /^(?<name>[a-z_]\w*)\s*=(?![=~])/, kind: 'variable' },
  ],
  members: [],
  stop: '\n',
};

const r: SymbolRow = {
  skip: undefined,
  declarations: [
    { pattern: /^`?(?<name>[\w.<%|+-]+?)`?\s*(?:<-|=)\s*(?:function\b|\\\()/, kind: 'function', stop: '{\n' },
    { pattern: /^`?(?<name>[\w.$]+)`?\s*(?:<<?-|=(?!=))/, kind: 'variable' },
    { pattern: /^["'](?<name>[\w.]+)["']/, kind: 'variable' },
  ],
  members: [],
  stop: '\n{#',
};

const julia: SymbolRow = {
  skip: undefined,
  declarations: [
    {
      pattern: /^(?:@\w+\s+)*(?:mutable\s+)?(?<kind>function|struct|module|macro|const)\s+(?<name>[\w.!]+)/,
      kind: 'function',
    },
    { pattern: /^(?:abstract|primitive)\s+type\s+(?<name>\w+)/, kind: 'type' },
    { pattern: /^(?:@\w+\s+)*(?<name>[\w.!]+)\([^=\r\n]*\)\s*(?:where\s+[^=]+)?=(?!=)/, kind: 'function' },
    { pattern: /^(?<name>\w+)\s*::\s*\S/, kind: 'field' },
    { pattern: /^(?<name>\w+)\s*=(?!=)/, kind: 'variable' },
  ],
  members: [],
  stop: '\n',
};

const zig: SymbolRow = {
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

const powershell: SymbolRow = {
  skip: /^(?:\[[^\]\r\n]*\]\s*)+/,
  declarations: [
    { pattern: /^(?<kind>function|filter|class|enum)\s+(?:\w+:)?(?<name>[\w-]+)/i, kind: 'function' },
    { pattern: /^\$(?:\w+:)?(?<name>\w+)\s*=/, kind: 'variable' },
  ],
  members: [],
  stop: '{\n',
};

const perl: SymbolRow = {
  skip: undefined,
  declarations: [
    { pattern: /^(?<kind>sub|package)\s+(?<name>[\w:]+)/, kind: 'function' },
    { pattern: /^(?:(?:my|our|local|state)\s+)?[$@%](?<name>\w+)\s*=/, kind: 'variable' },
  ],
  members: [{ pattern: /^(?<name>\w+)\s*=>/, kind: 'field', stop: ',' }],
  stop: '{;',
};

const css: SymbolRow = {
  skip: undefined,
  declarations: [
    { pattern: /^@(?:mixin|function)\s+(?<name>[\w-]+)/, kind: 'function' },
    { pattern: /^(?<name>(?:--|\$|@)[\w-]+)\s*:/, kind: 'variable', stop: ';\n' },
    { pattern: /^(?<name>[.#&:*\w[@>][^{};\r\n]{0,150}?)\s*[{,]/, kind: 'rule' },
  ],
  members: [{ pattern: /^(?<name>[\w-]+)\s*:/, kind: 'field', stop: ';' }],
  stop: '{;',
};

const keyValue: SymbolRow = {
  skip: undefined,
  declarations: [
    { pattern: /^\[+(?<name>[^\]\r\n]+)\]+/, kind: 'section', stop: '\n' },
    { pattern: /^(?:-\s+)?["']?(?<name>[\w./-]+)["']?\s*[:=](?=\s|$|[^:=])/, kind: 'field', stop: '\n#' },
  ],
  members: [],
  stop: '\n#',
};

const make: SymbolRow = {
  skip: /^(?:\.PHONY[^\r\n]*\s+)/,
  declarations: [
    { pattern: /^define\s+(?<name>[\w.-]+)/, kind: 'macro' },
    { pattern: /^(?:export\s+|override\s+)?(?<name>[\w.-]+)\s*(?:[:?+!]|::)?=/, kind: 'variable' },
    { pattern: /^(?<name>[\w.%/$(){}-]+)(?:\s+[\w.%/$(){}-]+)*\s*::?(?!=)/, kind: 'target' },
  ],
  members: [],
  stop: '\n#',
};

export const symbolRows: Readonly<Record<SymbolFamily, SymbolRow>> = {
  none,
  javascript,
  python,
  java,
  c,
  csharp,
  go,
  rust,
  ruby,
  php,
  swift,
  kotlin: swift,
  scala,
  shell,
  lua,
  sql,
  haskell,
  elixir,
  r,
  julia,
  dart,
  zig,
  powershell,
  perl,
  css,
  keyValue,
  make,
};
