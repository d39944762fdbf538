// Reads every import of the product's code and compares it with the table of who may import whom
// (docs/ARCHITECTURE.md, "Who may import whom"). A new dependency between parts has to be written down here first.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'mocha';
import { listSourceFiles, projectRoot } from './sourceFiles.ts';

interface Import {
  readonly file: string;
  readonly target: string;
  readonly typeOnly: boolean;
}

/** Stations in the order of a passage's path; `import type` may look back along it, never ahead. */
const stations = [
  'text',
  'passages',
  'tokens',
  'onnx',
  'model',
  'labels',
  'embeddings',
  'answers',
  'summaries',
  'index',
  'findings',
  'labelling',
  'training',
];

/** Small interfaces beside engine.ts that every station may use. */
const engineInterfaces = ['cancellation', 'errors', 'log', 'storage', 'trainingMessages', 'webAssembly'];

/** Functions of one station that another may call: the written exceptions of the architecture. */
const stationExceptions: Readonly<Record<string, readonly string[]>> = {
  model: ['onnx'],
  training: ['onnx', 'model'],
};

/** Packages that exactly one file of the engine may import. */
const packageOwners: Readonly<Record<string, string>> = {
  'onnxruntime-node': 'server/src/engine/model/session.ts',
  'onnxruntime-web': 'server/src/engine/model/session.ts',
  'web-tree-sitter': 'server/src/engine/passages/grammars.ts',
};

const forbiddenInEngine = [
  'vscode',
  'vscode-languageserver',
  'node:fs',
  'node:fs/promises',
  'node:process',
  'node:child_process',
];

describe('who may import whom', () => {
  const imports = listSourceFiles(['protocol', 'client', 'server']).flatMap(importsOf);

  it('sees the imports of every part', () => {
    for (const part of ['protocol/', 'client/', 'server/src/engine/', 'server/src/lsp/', 'server/src/cli/']) {
      assert.ok(
        imports.some((one) => one.file.startsWith(part)),
        `no import found below ${part}`,
      );
    }
  });

  it('follows the table', () => {
    const wrong = imports.flatMap((one) => {
      const reason = objection(one);
      return reason ? [`${one.file} imports ${one.target}: ${reason}`] : [];
    });
    assert.deepEqual(wrong, []);
  });

  it('objects to each kind of wrong import', () => {
    const engine = 'server/src/engine';
    const wrong: readonly Import[] = [
      { file: `${engine}/text/a.ts`, target: `${engine}/passages/b.ts`, typeOnly: true },
      { file: `${engine}/labels/a.ts`, target: `${engine}/tokens/b.ts`, typeOnly: false },
      { file: `${engine}/onnx/a.ts`, target: `${engine}/text/span.ts`, typeOnly: true },
      { file: `${engine}/model/a.ts`, target: 'onnxruntime-node', typeOnly: false },
      { file: `${engine}/tokens/a.ts`, target: 'node:fs', typeOnly: false },
      { file: 'server/src/host/a.ts', target: 'server/src/lsp/b.ts', typeOnly: false },
      { file: 'server/src/lsp/a.ts', target: 'server/src/cli/b.ts', typeOnly: false },
      { file: 'server/src/lsp/a.ts', target: `${engine}/labels/b.ts`, typeOnly: false },
      { file: 'client/src/a.ts', target: 'server/src/main.ts', typeOnly: false },
      { file: 'client/webview/a.ts', target: 'vscode', typeOnly: false },
      { file: 'protocol/a.ts', target: 'vscode', typeOnly: true },
    ];
    for (const one of wrong) assert.ok(objection(one), `${one.file} → ${one.target}`);
  });
});

/** Why an import is wrong, or undefined where it is right. */
function objection(one: Import): string | undefined {
  const owner = packageOwners[one.target];
  if (owner && one.file.startsWith('server/src/engine/') && one.file !== owner && !one.typeOnly) {
    return `only ${owner} may`;
  }
  if (one.file.startsWith('server/src/engine/')) return objectionInEngine(one);
  if (one.file.startsWith('server/src/host/'))
    return outside(one, ['server/src/host/', 'server/src/engine/']);
  if (one.file.startsWith('server/src/io/')) return outside(one, ['server/src/io/', 'server/src/engine/']);
  if (one.file.startsWith('server/src/lsp/')) return outsideFace(one, ['server/src/lsp/', 'protocol/']);
  if (one.file.startsWith('server/src/cli/')) return outsideFace(one, ['server/src/cli/', 'protocol/']);
  if (one.file.startsWith('client/webview/')) {
    if (one.target === 'vscode' || one.target.startsWith('node:')) return 'webviews are browser code';
    if (one.target.startsWith('protocol/') && !one.typeOnly)
      return 'webviews take only types of the protocol';
    return outside(one, ['client/webview/', 'protocol/']);
  }
  if (one.file.startsWith('client/src/')) return outside(one, ['client/src/', 'protocol/']);
  if (one.file.startsWith('protocol/')) {
    return one.target.startsWith('protocol/') ? undefined : 'the protocol is types and data alone';
  }
  return undefined;
}

function objectionInEngine(one: Import): string | undefined {
  if (forbiddenInEngine.includes(one.target))
    return 'the engine knows no editor, no protocol and no file system';
  if (!isOurs(one.target)) return undefined;
  if (!one.target.startsWith('server/src/engine/')) return 'the engine knows none of its hosts';
  const from = stationOf(one.file);
  const to = stationOf(one.target);
  if (from === undefined || from === to) return undefined;
  if (to === undefined) {
    const name = path.posix.basename(one.target, '.ts');
    return engineInterfaces.includes(name)
      ? undefined
      : 'a station may use only the small interfaces beside engine.ts';
  }
  if (from === 'text' || from === 'onnx') return `${from} imports nothing of ours`;
  if (to === 'text' || stationExceptions[from]?.includes(to)) return undefined;
  if (!one.typeOnly) return 'no functions of other stations: engine.ts joins them';
  return stations.indexOf(to) > stations.indexOf(from) ? 'no types of later stations' : undefined;
}

/** LSP and CLI see of the engine only engine.ts, the interfaces beside it, and the plain data of text. */
function outsideFace(one: Import, allowed: readonly string[]): string | undefined {
  if (!isOurs(one.target)) return undefined;
  if (allowed.some((prefix) => one.target.startsWith(prefix))) return undefined;
  if (!one.target.startsWith('server/src/engine/'))
    return 'faces do not know each other; main.ts and cli.ts join them';
  if (stationOf(one.target) === undefined || stationOf(one.target) === 'text' || one.typeOnly)
    return undefined;
  return 'a face calls engine.ts, never a station';
}

function outside(one: Import, allowed: readonly string[]): string | undefined {
  if (!isOurs(one.target) || allowed.some((prefix) => one.target.startsWith(prefix))) return undefined;
  return `allowed are ${allowed.join(', ')}`;
}

function stationOf(file: string): string | undefined {
  const folder = /^server\/src\/engine\/([^/]+)\//.exec(file)?.[1];
  if (folder !== undefined) assert.ok(stations.includes(folder), `${folder} is not a station of the engine`);
  return folder;
}

function isOurs(target: string): boolean {
  return /^(server|client|protocol)\//.test(target);
}

function importsOf(file: string): Import[] {
  const text = readFileSync(path.join(projectRoot, file), 'utf8');
  const pattern =
    /^\s*(?:import|export)\s+(type\s+)?(?:[\w*{][^'";]*?\sfrom\s+)?'([^']+)'|\bimport\(\s*'([^']+)'\s*\)/gm;
  return [...text.matchAll(pattern)].map((match) => {
    const specifier = match[2] ?? match[3] ?? '';
    const target = specifier.startsWith('.')
      ? path.posix.normalize(path.posix.join(path.posix.dirname(file), specifier))
      : packageOf(specifier);
    return { file, target, typeOnly: match[1] !== undefined };
  });
}

/** `vscode-languageserver/node.js` → `vscode-languageserver`; built-ins stay as they are. */
function packageOf(specifier: string): string {
  if (specifier.startsWith('node:')) return specifier;
  const parts = specifier.split('/');
  return specifier.startsWith('@') ? parts.slice(0, 2).join('/') : parts[0]!;
}
