// Declaration patterns of Swift, Kotlin, Scala, Haskell and Elixir.
// Regular expressions, anchored where a declaration is known to start; see symbolRow.ts for what a row says.

import type { SymbolPattern, SymbolRow } from './symbolRow.ts';

const attributes = /^(?:@[\w.]+(?:\([^()]*(?:\([^()]*\)[^()]*)*\))?\s+)+/;

const enumMember: SymbolPattern = {
  pattern: /^(?<name>[A-Za-z_]\w*)\s*(?:=\s*[^,;]*)?,?\s*$/,
  kind: 'enumMember',
  stop: ',',
};

const swiftModifiers =
  '(?:(?:public|private|fileprivate|internal|open|static|class|final|override|mutating|nonmutating|lazy|weak|unowned|indirect|required|convenience|dynamic|inline|suspend|operator|infix|data|sealed|abstract|inner|companion|enum|annotation|const|lateinit|tailrec|external|actual|expect|protected|implicit|case)\\s+)*';

export const swift: SymbolRow = {
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

export const scala: SymbolRow = {
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

export const haskell: SymbolRow = {
  skip: /^(?:\{-#[^\r\n]*#-\}\s*)+/,
  declarations: [
    {
      pattern:
        /^(?<kind>data|newtype|type|class|module)\s+(?:family\s+|instance\s+|alias\s+)?(?:\([^()]*\)\s*=>\s*|[\w ]+=>\s*)?(?<name>[\w.]+)/,
      kind: 'type',
    },
    {
      pattern:
        /^(?:\((?<name>[^\w\s()]+)\)|(?!(?:instance|where|import|deriving|let|in|do|case|if|infix[lr]?)\b)(?<name2>[a-z_][\w']*))\s*(?:,[^:\r\n]*)?::?\s/,
      kind: 'function',
    },
    { pattern: /^[,{|=]\s*(?<name>\w[\w']*)/, kind: 'field' },
    {
      pattern:
        /^(?!(?:instance|where|import|deriving|let|in|do|case|if|infix[lr]?)\b)(?<name>[a-z_][\w']*)\s[^\r\n]*=/,
      kind: 'function',
    },
  ],
  members: [{ pattern: /^[,{|=]?\s*(?<name>[A-Za-z][\w']*)/, kind: 'field' }],
  stop: '\n',
};

export const elixir: SymbolRow = {
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
