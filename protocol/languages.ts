// Languages whose documents go from the editor to the server, by VS Code identifier. The manifest's
// activation events and the client's document selector follow from this list; a test holds it to the
// languages that the engine can extract passages from.

export const languageIds = [
  'asciidoc',
  'bat',
  'c',
  'clojure',
  'cpp',
  'csharp',
  'css',
  'dart',
  'dockerfile',
  'elixir',
  'fsharp',
  'go',
  'haskell',
  'html',
  'ini',
  'java',
  'javascript',
  'javascriptreact',
  'jsonc',
  'julia',
  'kotlin',
  'less',
  'lua',
  'makefile',
  'markdown',
  'objective-c',
  'perl',
  'php',
  'plaintext',
  'powershell',
  'properties',
  'python',
  'r',
  'restructuredtext',
  'ruby',
  'rust',
  'scala',
  'scss',
  'shellscript',
  'sql',
  'svelte',
  'swift',
  'toml',
  'typescript',
  'typescriptreact',
  'vue',
  'xml',
  'yaml',
  'zig',
] as const;

/**
 * Where documents may live: on disk, not yet saved, as cells of a notebook, in virtual workspaces.
 * Output panes, source control sides and settings editors have other schemes and stay away.
 */
export const documentSchemes = ['file', 'untitled', 'vscode-notebook-cell', 'vscode-vfs'] as const;
