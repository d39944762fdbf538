// Declaration patterns of JavaScript, TypeScript, PHP and style sheets.
// Regular expressions, anchored where a declaration is known to start; see symbolRow.ts for what a row says.

import type { SymbolRow } from './symbolRow.ts';

const scriptName = '[\\w$\\u0080-\\uffff]+';

export const javascript: SymbolRow = {
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

export const php: SymbolRow = {
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

export const css: SymbolRow = {
  skip: undefined,
  declarations: [
    { pattern: /^@(?:mixin|function)\s+(?<name>[\w-]+)/, kind: 'function' },
    { pattern: /^(?<name>(?:--|\$|@)[\w-]+)\s*:/, kind: 'variable', stop: ';\n' },
    { pattern: /^(?<name>[.#&:*\w[@>][^{};\r\n]{0,150}?)\s*[{,]/, kind: 'rule' },
  ],
  members: [{ pattern: /^(?<name>[\w-]+)\s*:/, kind: 'field', stop: ';' }],
  stop: '{;',
};
