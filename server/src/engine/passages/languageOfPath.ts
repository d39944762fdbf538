// File name → language id, for hosts that have no editor to ask. In: a path or a bare name, and the first line of
// the file where it is known (its shebang decides for names without an ending). Out: an id of languages.ts.

import type { LanguageId } from '../text/sourceFile.ts';

const byExtension: Readonly<Record<string, LanguageId>> = Object.fromEntries(
  Object.entries({
    javascript: 'js mjs cjs es6 jsm',
    javascriptreact: 'jsx',
    typescript: 'ts mts cts',
    typescriptreact: 'tsx',
    python: 'py pyi pyw pyx pxd',
    starlark: 'bzl bazel star',
    java: 'java',
    c: 'c',
    cpp: 'cpp cc cxx c++ hpp hh hxx h++ h inl ipp tcc ixx cppm ino',
    'cuda-cpp': 'cu cuh',
    'objective-c': 'm',
    'objective-cpp': 'mm',
    csharp: 'cs csx',
    go: 'go',
    rust: 'rs',
    ruby: 'rb rake gemspec ru podspec rbi',
    php: 'php phtml php5 php7',
    swift: 'swift',
    kotlin: 'kt kts',
    scala: 'scala sc sbt',
    groovy: 'groovy gradle gvy',
    shellscript: 'sh bash zsh ksh bats',
    lua: 'lua',
    sql: 'sql psql ddl',
    css: 'css',
    scss: 'scss',
    less: 'less',
    yaml: 'yaml yml',
    toml: 'toml',
    ini: 'ini cfg conf desktop editorconfig',
    properties: 'properties',
    haskell: 'hs lhs',
    elm: 'elm',
    elixir: 'ex exs',
    erlang: 'erl hrl',
    r: 'r',
    julia: 'jl',
    dart: 'dart',
    zig: 'zig zon',
    powershell: 'ps1 psm1 psd1',
    perl: 'pl pm t',
    makefile: 'mk mak',
    dockerfile: 'dockerfile',
    cmake: 'cmake',
    jsonc: 'jsonc code-workspace',
    json: 'json',
    json5: 'json5',
    graphql: 'graphql gql',
    terraform: 'tf tfvars hcl',
    nix: 'nix',
    proto3: 'proto',
    glsl: 'glsl vert frag comp geom',
    hlsl: 'hlsl fx',
    solidity: 'sol',
    verilog: 'v sv svh',
    vhdl: 'vhd vhdl',
    ada: 'adb ads',
    clojure: 'clj cljs cljc edn',
    lisp: 'lisp lsp el cl',
    scheme: 'scm ss rkt',
    ocaml: 'ml mli',
    fsharp: 'fs fsi fsx',
    latex: 'tex sty cls',
    vb: 'vb bas',
    markdown: 'md markdown mdown mkd',
    restructuredtext: 'rst rest',
    asciidoc: 'adoc asciidoc asc',
    plaintext: 'txt text',
    html: 'html htm xhtml',
    xml: 'xml xsd xsl xslt svg plist csproj props targets xaml wsdl',
    vue: 'vue',
    svelte: 'svelte',
    astro: 'astro',
    ipynb: 'ipynb',
  }).flatMap(([language, extensions]) => extensions.split(' ').map((extension) => [extension, language])),
);

const byName: Readonly<Record<string, LanguageId>> = {
  makefile: 'makefile',
  gnumakefile: 'makefile',
  bsdmakefile: 'makefile',
  dockerfile: 'dockerfile',
  containerfile: 'dockerfile',
  'cmakelists.txt': 'cmake',
  rakefile: 'ruby',
  gemfile: 'ruby',
  podfile: 'ruby',
  vagrantfile: 'ruby',
  brewfile: 'ruby',
  guardfile: 'ruby',
  jenkinsfile: 'groovy',
  build: 'starlark',
  workspace: 'starlark',
  sconstruct: 'python',
  sconscript: 'python',
  snakefile: 'python',
  wscript: 'python',
  '.bashrc': 'shellscript',
  '.bash_profile': 'shellscript',
  '.profile': 'shellscript',
  '.zshrc': 'shellscript',
  pkgbuild: 'shellscript',
  '.gitignore': 'ignore',
  '.dockerignore': 'ignore',
  '.npmignore': 'ignore',
  '.vscodeignore': 'ignore',
  '.gitattributes': 'ignore',
  '.gitconfig': 'ini',
  '.editorconfig': 'ini',
  '.npmrc': 'ini',
  'requirements.txt': 'pip-requirements',
  'constraints.txt': 'pip-requirements',
  'tsconfig.json': 'jsonc',
  'jsconfig.json': 'jsonc',
  '.eslintrc': 'jsonc',
  '.babelrc': 'jsonc',
  '.clang-format': 'yaml',
  '.clang-tidy': 'yaml',
  'go.mod': 'go',
  'go.work': 'go',
  readme: 'plaintext',
  changelog: 'plaintext',
  license: 'plaintext',
  copying: 'plaintext',
};

const byInterpreter: readonly (readonly [RegExp, LanguageId])[] = [
  [/\b(?:ba|z|k|da|a)?sh\b/, 'shellscript'],
  [/\bpython[\d.]*\b/, 'python'],
  [/\b(?:node|nodejs|bun)\b/, 'javascript'],
  [/\b(?:deno|ts-node|tsx)\b/, 'typescript'],
  [/\bruby\b/, 'ruby'],
  [/\bperl\b/, 'perl'],
  [/\bphp\b/, 'php'],
  [/\blua(?:jit)?[\d.]*\b/, 'lua'],
  [/\bRscript\b/, 'r'],
  [/\bjulia\b/, 'julia'],
  [/\belixir\b/, 'elixir'],
  [/\bpwsh\b/, 'powershell'],
  [/\bmake\b/, 'makefile'],
  [/\b(?:runhaskell|stack)\b/, 'haskell'],
  [/\bgroovy\b/, 'groovy'],
  [/\bswift\b/, 'swift'],
  [/\bscala\b/, 'scala'],
];

/** `languageOfPath('a/Dockerfile.dev')` is `dockerfile`; `undefined` for a file that we cannot name. */
export function languageOfPath(path: string, firstLine = ''): LanguageId | undefined {
  const name = path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1).toLowerCase();
  if (Object.hasOwn(byName, name)) return byName[name];
  const dot = name.lastIndexOf('.');
  const extension = dot > 0 ? name.slice(dot + 1) : '';
  if (Object.hasOwn(byExtension, extension)) return byExtension[extension];
  const stem = name.split('.')[0]!;
  if (stem === 'dockerfile' || stem === 'makefile') return stem;
  return languageOfShebang(firstLine);
}

function languageOfShebang(firstLine: string): LanguageId | undefined {
  const line = firstLine.charCodeAt(0) === 0xfeff ? firstLine.slice(1) : firstLine;
  if (!line.startsWith('#!')) return undefined;
  const interpreter =
    line
      .slice(2, 200)
      .replace(/^\s*\S*\/env\s+(?:-S\s+)?/, '')
      .replace(/^\s*\S*\//, '')
      .split(/\s/)[0] ?? '';
  return byInterpreter.find(([pattern]) => pattern.test(interpreter))?.[1];
}
