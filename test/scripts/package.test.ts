// What a VSIX holds: everything that the extension and its readme need, for one platform, and nothing else.
// The allow-list is applied here as vsce applies it; `npm test -- --editor --vsix FILE` tries a real package.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, it } from 'mocha';
import { nativeFolders, writeIgnoreFile } from '../../scripts/package.mjs';
import { repositoryRoot } from '../../scripts/repository.mjs';
import { setUp } from '../../scripts/setup.mjs';

const read = (file: string) => readFileSync(path.join(repositoryRoot, file), 'utf8');

/** Files of the package for a platform. */
async function listPackage(target: string): Promise<string[]> {
  await setUp();
  const folder = mkdtempSync(path.join(tmpdir(), 'marginalia-package-'));
  try {
    const rules = readFileSync(writeIgnoreFile(folder, target), 'utf8')
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'));
    assert.equal(rules[0], '**', 'nothing ships unless it is named');
    const allowed = rules.slice(1).map((rule) => {
      assert.ok(rule.startsWith('!'), `${rule} is not an exception`);
      return rule.slice(1);
    });
    const tracked = execFileSync('git', ['ls-files', '-z'], { cwd: repositoryRoot, encoding: 'utf8' });
    const generated = allowed
      .filter((pattern) => /^(?:dist|node_modules)\//.test(pattern))
      .flatMap((pattern) => globSync(pattern, { cwd: repositoryRoot }));
    const shipped = tracked.split('\0').filter((file) => allowed.some((one) => matches(one, file)));
    return [...shipped, ...generated];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** `*` within one folder, `**` over folders: all that the allow-list uses. */
function matches(pattern: string, file: string): boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('**/', '\u0000')
    .replaceAll('**', '\u0001')
    .replaceAll('*', '[^/]*')
    .replaceAll('\u0000', '(?:.*/)?')
    .replaceAll('\u0001', '.*');
  return new RegExp(`^${source}$`).test(file);
}

describe('the package', function () {
  this.timeout(120_000);

  it('holds what the manifest and the readme name, and no sources, maps or tests', async () => {
    const files = await listPackage('linux-x64');
    const manifest = JSON.parse(read('package.json'));
    const links = [...read('README.md').matchAll(/\]\((?!https?:)([^)#]+)/g)].map((match) => match[1]!);
    const workers = globSync('dist/**/*.js', { cwd: repositoryRoot }).filter(
      (file) => !/\/test\//.test(file),
    );
    const needed = [
      manifest.main,
      ...Object.values<string>(manifest.bin),
      manifest.icon,
      'package.nls.zh-cn.json',
      'models/marginalia-small/model.safetensors',
      'dist/server/tryRuntime.js',
      'node_modules/onnxruntime-web/dist/ort.node.min.mjs',
      'node_modules/onnxruntime-web/dist/ort-wasm-simd-threaded.mjs',
      'node_modules/onnxruntime-web/dist/ort-wasm-simd-threaded.wasm',
      ...workers,
      ...links,
    ].map((file: string) => file.replace(/^\.\//, ''));
    assert.deepEqual(
      needed.filter((file) => !files.includes(file)),
      [],
    );
    const unwanted = /\.(?:ts|map|py)$|^(?:test|scripts|client|server|samples|models\/recipe)\//;
    assert.deepEqual(
      files.filter((file) => unwanted.test(file)),
      [],
    );
  });

  for (const [target, folder] of Object.entries(nativeFolders)) {
    it(`for ${target} brings the native libraries of that platform and of no other`, async () => {
      const natives = (await listPackage(target)).filter((file) =>
        /\.(?:node|dll|dylib|so[.\d]*)$/.test(file),
      );
      const isOurs = (file: string) =>
        file.startsWith(`node_modules/onnxruntime-node/bin/napi-v6/${folder}/`) ||
        file.endsWith(`/${target}.node`);
      assert.ok(natives.some((file) => file.endsWith('onnxruntime_binding.node')));
      assert.deepEqual(
        natives.filter((file) => !isOurs(file)),
        [],
      );
    });
  }
});
