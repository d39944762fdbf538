// Declaration patterns of languages whose declarations end with their line: Python, Ruby, shells, Lua, SQL, R, Julia, Perl, PowerShell, make, configuration.
// Regular expressions, anchored where a declaration is known to start; see symbolRow.ts for what a row says.

import type { SymbolRow } from './symbolRow.ts';

export const python: SymbolRow = {
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
  stop: '\n',
};

export const ruby: SymbolRow = {
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
  stop: '\n;',
};

export const shell: SymbolRow = {
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
  stop: '{\n',
};

export const lua: SymbolRow = {
  skip: undefined,
  declarations: [
    { pattern: /^(?:local\s+)?(?<kind>function)\s+(?<name>[\w.:]+)/, kind: 'function' },
    { pattern: /^(?:local\s+)?(?<name>[\w.]+)\s*=\s*function\b/, kind: 'function' },
    { pattern: /^(?:local\s+)?(?<name>[\w.]+)\s*=(?!=)/, kind: 'variable' },
  ],
  members: [],
  stop: '\n{',
};

export const sql: SymbolRow = {
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

export const r: SymbolRow = {
  skip: undefined,
  declarations: [
    { pattern: /^`?(?<name>[\w.<%|+-]+?)`?\s*(?:<-|=)\s*(?:function\b|\\\()/, kind: 'function', stop: '{\n' },
    { pattern: /^`?(?<name>[\w.$]+)`?\s*(?:<<?-|=(?!=))/, kind: 'variable' },
    { pattern: /^["'](?<name>[\w.]+)["']/, kind: 'variable' },
  ],
  members: [],
  stop: '\n{',
};

export const julia: SymbolRow = {
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

export const powershell: SymbolRow = {
  skip: /^(?:\[[^\]\r\n]*\]\s*)+/,
  declarations: [
    { pattern: /^(?<kind>function|filter|class|enum)\s+(?:\w+:)?(?<name>[\w-]+)/i, kind: 'function' },
    { pattern: /^\$(?:\w+:)?(?<name>\w+)\s*=/, kind: 'variable' },
  ],
  members: [],
  stop: '{\n',
};

export const perl: SymbolRow = {
  skip: undefined,
  declarations: [
    { pattern: /^(?<kind>sub|package)\s+(?<name>[\w:]+)/, kind: 'function' },
    { pattern: /^(?:(?:my|our|local|state)\s+)?[$@%](?<name>\w+)\s*=/, kind: 'variable' },
  ],
  members: [{ pattern: /^(?<name>\w+)\s*=>/, kind: 'field', stop: ',' }],
  stop: '{;',
};

export const keyValue: SymbolRow = {
  skip: undefined,
  declarations: [
    { pattern: /^\[+(?<name>[^\]\r\n]+)\]+/, kind: 'section', stop: '\n' },
    { pattern: /^(?:-\s+)?["']?(?<name>[\w./-]+)["']?\s*[:=](?=\s|$|[^:=])/, kind: 'field', stop: '\n' },
  ],
  members: [],
  stop: '\n',
};

export const make: SymbolRow = {
  skip: /^(?:\.PHONY[^\r\n]*\s+)/,
  declarations: [
    { pattern: /^define\s+(?<name>[\w.-]+)/, kind: 'macro' },
    { pattern: /^(?:export\s+|override\s+)?(?<name>[\w.-]+)\s*(?:[:?+!]|::)?=/, kind: 'variable' },
    { pattern: /^(?<name>[\w.%/$(){}-]+)(?:\s+[\w.%/$(){}-]+)*\s*::?(?!=)/, kind: 'target' },
  ],
  members: [],
  stop: '\n',
};
