// What a line of code looks like, by family of languages: the table behind `looksLikeCode`.
// A pattern is tried on one trimmed line of bounded length. They are deliberately narrow: a missed line costs little,
// a sentence taken for code costs trust.

import type { LanguageId } from '../text/sourceFile.ts';

export type CodeFamily = 'braces' | 'indentation' | 'markup' | 'style' | 'data' | 'query' | 'shell' | 'lisp';

/** Shapes that are code in almost any language. */
const anywhere: readonly RegExp[] = [
  // name = value; Type name = value; a.b[c] += d; more words before the sign only where a statement's end follows
  /^(?:[\w$@&*.[\]'"()<>?:!-]+\s+){0,2}[\w$@&*.[\]'")>?!-]+\s*(?:[-+*/%|&^~.]|<<|>>|\?\?|\|\||&&|:)?=(?![=>]\s*$)\s*\S.*[;,({[]$/,
  /^(?:(?:const|let|var|val|auto|final|local|static|my|int|long|float|double|bool|boolean|char|[A-Z]\w*[\w<>[\]]*[\])>\w])\s+)?[\w$@&*.[\]'")>?!-]+(?::\s*[\w<>[\]. |]+)?\s*(?:[-+*/%|&^~.]|<<|>>|\?\?|\|\||&&|:)?=(?![=>]\s*$)\s*\S+(?:\s+\S+){0,3}$/,
  // call(...); object.method(...)
  /^(?:await\s+|return\s+|new\s+|yield\s+|go\s+|defer\s+)?[\w$@][\w$.:!?]*(?:->[\w$.:]+)*(?:<[\w, ]+>)?\(.*\)?[\s;,{:)\]}]*$/,
  // brackets left over from a block
  /^[)\]}>]+[\s;,)\]}]*$/,
  // "key": value,
  /^["'][\w.\- ]+["']\s*:\s*\S.*[,{["'\d\w]$/,
];

const byFamily: Readonly<Record<CodeFamily, readonly RegExp[]>> = {
  braces: [
    /[\w)\]"'`}]\s*;$/,
    /\{$/,
    /^\}?\s*(?:else|catch|finally)\b.*[{}]?$/,
    /^(?:if|for|while|switch|catch|foreach|synchronized|lock|using)\s*\(.*[)({&|;]/,
    /^(?:return|throw|break|continue|goto|case|default)\b[^.]*[;:]$/,
    /^(?:import|export|package|using|use|include|require|namespace|mod)\s+(?:[\w$*{}'"./:\\@, ]+;|[\w$]+(?:[./:\\]+[\w$*{}]+)+|["'{].*["'}])$/,
    /^#\s*(?:include|define|ifn?def|if|endif|else|pragma|undef)\b/,
    /^(?:(?:public|private|protected|static|final|abstract|async|export|default|const|let|var|val|fun|func|fn|function|class|struct|interface|enum|trait|impl|type|override|internal|virtual|extern|unsafe|pub|inline)\s+)+[\w$<>[\]*&:,? ]+[\s]*[({=;:<]/,
    /^@\w+(?:\(.*\))?$/,
    /=>\s*(?:\{|\S.*[;,)]$)/,
  ],
  indentation: [
    /^(?:async\s+)?def\s+\w+\s*(?:\(|$)/,
    /^(?:class|module|defmodule|function|struct)\s+\w+[\w:.(), <]*(?::|\sdo|$)/,
    /^(?:if|elif|elsif|unless|while|until|with|except|try|else|finally|case|when)\b.*(?::|\sdo|\sthen)$/,
    /^(?:async\s+)?for\b.+\sin\s.+(?::|\sdo)$/,
    /^from\s+[\w.]+\s+import\s+\S/,
    /^import\s+[\w.]+(?:\s+as\s+\w+)?(?:,\s*[\w.]+)*$/,
    /^(?:require|require_relative|include|alias|using|library|local)\s*[\s('":]\S+$/,
    /^(?:return|raise|yield|del|assert|print|puts|pass|break|continue|end)(?:$|\s+[\w.()[\]"':{}+\-*/]+$)/,
    /^@\w[\w.]*(?:\(.*\))?$/,
    /\s<-\s/,
    /^\w+\s*(?:::|\|>)\s*\S/,
  ],
  markup: [/^<\/?[A-Za-z][\w:.-]*(?:\s[^<>]*)?\/?>/, /<\/[A-Za-z][\w:.-]*>$/, /^\{\{.*\}\}$/, /^\/>$/],
  style: [/^[\w-]+\s*:\s*[^;]+;$/, /^[.#@&*:\w>[\]=", -]+\{$/, /^[@$]\w[\w-]*\s*[:(]/],
  data: [
    /^-\s+[\w.-]+:(?:\s|$)/,
    /^[\w.-]+:(?:\s+(?:["'[{|>&*]|[\w./:@-]+$)|$)/,
    /^\[+[\w. -]+\]+$/,
    /^(?:FROM|RUN|COPY|ADD|ENV|ARG|WORKDIR|EXPOSE|CMD|ENTRYPOINT|VOLUME|USER|LABEL)\s+\S/,
    /^[\w.-]+\s*=\s*\S/,
  ],
  query: [
    /^(?:SELECT\s.+(?:\sFROM\s|,$)|INSERT\s+INTO|UPDATE\s+\S+\s+SET|DELETE\s+FROM|CREATE\s+(?:OR\s+REPLACE\s+)?\w+|ALTER\s+\w+|DROP\s+\w+|GRANT\s|FROM\s+\S+|WHERE\s+\S+\s*[=<>]|(?:LEFT|INNER|OUTER|RIGHT)?\s*JOIN\s)/i,
    /;$/,
  ],
  shell: [
    /(?:^|\s)\$\{?[A-Za-z_]\w*/,
    /^(?:if|while|for|case|elif)\s.*(?:then|do|in|\]{1,2};?)$/,
    /^(?:fi|done|esac|then|else|do)$/,
    /^(?:export|source|echo|cd|mkdir|rm|cp|mv|set|unset|exit|sudo|chmod|chown|curl|grep|sed|awk)\s+\S*[-/$"'.=\w]+(?:\s+\S+){0,3}$/,
    /\s--?[a-zA-Z][\w-]*(?:[= ]|$)/,
    /\s\|\s+\w+|\s>>?\s+\S|&&\s*\w|\\$/,
  ],
  lisp: [/^\([\w*+!?<>=/-]+(?:\s.*)?$/, /^[^()]*\)+$/],
};

const languagesOfFamily: Readonly<Record<CodeFamily, readonly LanguageId[]>> = {
  braces: [
    ...[
      'javascript',
      'javascriptreact',
      'typescript',
      'typescriptreact',
      'java',
      'c',
      'cpp',
      'csharp',
      'go',
      'rust',
    ],
    ...[
      'php',
      'swift',
      'kotlin',
      'scala',
      'dart',
      'zig',
      'groovy',
      'objective-c',
      'objective-cpp',
      'cuda-cpp',
    ],
    ...['vue', 'svelte', 'solidity', 'proto', 'proto3', 'json', 'jsonc', 'perl'],
  ],
  indentation: [
    'python',
    'ruby',
    'lua',
    'julia',
    'elixir',
    'r',
    'haskell',
    'coffeescript',
    'nim',
    'fsharp',
    'ocaml',
  ],
  markup: ['html', 'xml', 'xsl', 'svg', 'vue', 'svelte', 'javascriptreact', 'typescriptreact', 'markdown'],
  style: ['css', 'scss', 'less'],
  data: [
    'yaml',
    'toml',
    'ini',
    'properties',
    'dockerfile',
    'makefile',
    'cmake',
    'dockercompose',
    'json',
    'jsonc',
  ],
  query: ['sql'],
  shell: ['shellscript', 'makefile', 'dockerfile', 'powershell', 'bat', 'fish'],
  lisp: ['clojure', 'scheme', 'lisp', 'elisp', 'racket'],
};

/** Patterns for one language; one that the table does not know is read as having braces. */
export function codeShapesOf(language: LanguageId): readonly RegExp[] {
  const families = (Object.keys(languagesOfFamily) as CodeFamily[]).filter((family) =>
    languagesOfFamily[family].includes(language),
  );
  return [
    ...anywhere,
    ...(families.length > 0 ? families : ['braces' as const]).flatMap((family) => byFamily[family]),
  ];
}
