#!/usr/bin/env node
// Bundles the extension and the language server with esbuild.
// In: the entry points under client/src and server/src. Out: dist/client/extension.cjs, which the editor
// loads, dist/server/*.js, which run in processes and threads of their own, and dist/webview/*, the pages of views.
// Quiet unless something fails.
//
//   node scripts/build.mjs [--watch] [--production] [--tests]

import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { writeNotices } from './notices.mjs';
import { isMain, repositoryRoot } from './repository.mjs';

/** Written after a build in which everything succeeded; its time says how fresh `dist` is. */
export const buildStamp = path.join(repositoryRoot, 'dist', '.built');

/**
 * Builds every bundle; rejects with a message that names what is missing or broken.
 * @param {{ watch?: boolean, production?: boolean, tests?: boolean }} [options]
 */
export async function build({ watch = false, production = false, tests = false } = {}) {
  const esbuild = createRequire(import.meta.url)('esbuild');
  const wanted = [...productBundles, ...(tests ? testBundles : [])];
  const bundles = wanted.filter((bundle) => existsSync(inRepository(bundle.entry)));
  const missing = wanted.filter((bundle) => !bundles.includes(bundle)).map((bundle) => bundle.entry);
  rmSync(buildStamp, { force: true });

  const contexts = await Promise.all(
    bundles.map((bundle) => esbuild.context(esbuildOptions(bundle, { production, verbose: watch }))),
  );
  try {
    const results = await Promise.allSettled(contexts.map((context) => context.rebuild()));
    const failed = results.filter((result) => result.status === 'rejected');
    if (!watch) {
      if (failed.length > 0) throw new Error(await describeFailures(esbuild, failed));
      if (missing.length > 0)
        throw new Error(`Cannot build, these entry points do not exist: ${missing.join(', ')}`);
      mkdirSync(path.dirname(buildStamp), { recursive: true });
      if (production) {
        writeNotices(
          results.flatMap((result) => (result.status === 'fulfilled' ? [result.value.metafile] : [])),
        );
      }
      writeFileSync(buildStamp, production ? 'production\n' : 'development\n');
    }
    if (watch) await watchUntilStopped(contexts);
  } finally {
    await Promise.all(contexts.map((context) => context.dispose()));
  }
}

/** What ships. The `format` follows who loads the file: the editor wants CommonJS, our own processes ES modules. */
const productBundles = [
  {
    entry: 'client/src/extension.ts',
    output: 'dist/client/extension.cjs',
    format: 'cjs',
    external: ['vscode'],
  },
  {
    entry: 'server/src/main.ts',
    output: 'dist/server/main.js',
    format: 'esm',
    external: ['onnxruntime-node', 'onnxruntime-web'],
  },
  {
    entry: 'server/src/cli.ts',
    output: 'dist/server/cli.js',
    format: 'esm',
    external: ['onnxruntime-node', 'onnxruntime-web'],
  },
  {
    entry: 'server/src/host/engineWorker.ts',
    output: 'dist/server/engineWorker.js',
    format: 'esm',
    external: ['onnxruntime-node', 'onnxruntime-web'],
  },
  {
    entry: 'server/src/host/sessionWorker.ts',
    output: 'dist/server/sessionWorker.js',
    format: 'esm',
    external: ['onnxruntime-node', 'onnxruntime-web'],
  },
  {
    entry: 'server/src/tryRuntime.ts',
    output: 'dist/server/tryRuntime.js',
    format: 'esm',
    external: ['onnxruntime-node', 'onnxruntime-web'],
  },
  {
    entry: 'server/src/train.ts',
    output: 'dist/server/train.js',
    format: 'esm',
    external: ['onnxruntime-node', 'onnxruntime-web'],
  },
  // The page of a webview: one script and its style.
  { entry: 'client/webview/search/main.ts', output: 'dist/webview/search.js', format: 'iife', external: [] },
  {
    entry: 'client/webview/search/search.css',
    output: 'dist/webview/search.css',
    format: 'css',
    external: [],
  },
  {
    entry: 'client/webview/fineTune/main.ts',
    output: 'dist/webview/fineTune.js',
    format: 'iife',
    external: [],
  },
  {
    entry: 'client/webview/fineTune/fineTune.css',
    output: 'dist/webview/fineTune.css',
    format: 'css',
    external: [],
  },
  {
    entry: 'server/src/indexWorker.ts',
    output: 'dist/server/indexWorker.js',
    format: 'esm',
    // Load libraries that lie beside them; the index never runs the encoder, but its parts know the engine's.
    // pg asks for pg-native and does without it.
    external: ['better-sqlite3', 'onnxruntime-node', 'onnxruntime-web', 'pg-native'],
  },
];

/** What only the tests load: the suite that runs inside the editor's extension host. */
const testBundles = [
  {
    entry: 'test/editor/host/index.ts',
    output: 'dist/test/editor/index.cjs',
    format: 'cjs',
    external: ['vscode', 'mocha'],
  },
];

/** The oldest Node or browser that runs each: the editor's own for the extension and its pages, ours for the server. */
const platforms = {
  cjs: { platform: 'node', format: 'cjs', target: 'node20' },
  esm: { platform: 'node', format: 'esm', target: 'node22' },
  iife: { platform: 'browser', format: 'iife', target: 'chrome130' },
  css: { platform: 'browser', target: 'chrome130' },
};

function esbuildOptions(bundle, { production, verbose }) {
  return {
    absWorkingDir: repositoryRoot,
    entryPoints: [bundle.entry],
    outfile: bundle.output,
    bundle: true,
    ...platforms[bundle.format],
    external: bundle.external,
    // Prefer the ES module of a package: its CommonJS twin defeats tree shaking.
    mainFields: ['module', 'main'],
    // CommonJS packages inside an ES module still call `require` for Node's own modules.
    banner: bundle.format === 'esm' ? { js: requireBanner } : {},
    minify: production,
    keepNames: production,
    sourcemap: true,
    sourcesContent: false,
    // Licences of others stand in dist/THIRD-PARTY-NOTICES.txt.
    legalComments: 'none',
    metafile: production,
    logLevel: verbose ? 'info' : 'silent',
  };
}

const requireBanner =
  "import { createRequire as createRequireForBundle } from 'node:module';\n" +
  'const require = createRequireForBundle(import.meta.url);';

async function describeFailures(esbuild, failed) {
  const messages = await Promise.all(
    failed.map(async ({ reason }) =>
      reason.errors
        ? (await esbuild.formatMessages(reason.errors, { kind: 'error', color: process.stderr.isTTY })).join(
            '',
          )
        : String(reason),
    ),
  );
  return messages.join('\n');
}

async function watchUntilStopped(contexts) {
  await Promise.all(contexts.map((context) => context.watch()));
  await new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, resolve);
  });
}

function inRepository(relativePath) {
  return path.join(repositoryRoot, relativePath);
}

if (isMain(import.meta.url)) {
  const flags = new Set(process.argv.slice(2));
  build({
    watch: flags.has('--watch'),
    production: flags.has('--production'),
    tests: flags.has('--tests'),
  }).catch((error) => {
    console.error(error.message);
    process.exitCode = 1;
  });
}
