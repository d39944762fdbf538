import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { after, before, describe, it } from 'mocha';
import { neverCancelled } from '../../server/src/engine/cancellation.ts';
import { createEngine, type LabellingEngine } from '../../server/src/engine/engine.ts';
import { silentLogger } from '../../server/src/engine/log.ts';
import type { ModelManifest } from '../../server/src/engine/model/modelFolder.ts';
import { createNodeModelFiles } from '../../server/src/io/nodeModelFiles.ts';

// What transformers answers for the texts of models/recipe/check_parity.py (written by its --probe).
interface Probe {
  readonly texts: readonly string[];
  readonly depths: Readonly<Record<string, Readonly<Record<string, readonly (readonly number[])[]>>>>;
}

const folder = fileURLToPath(new URL('../../models/marginalia-small', import.meta.url));
const probe: Probe = JSON.parse(readFileSync(new URL('./probe.json', import.meta.url), 'utf8'));
const manifest: ModelManifest = JSON.parse(readFileSync(path.join(folder, 'manifest.json'), 'utf8'));
const sha256 = (bytes: string | Uint8Array) => createHash('sha256').update(bytes).digest('hex');

describe('the shipped model', () => {
  let engine: LabellingEngine;
  before(async () => {
    engine = await createEngine({
      files: createNodeModelFiles(folder),
      device: 'cpu',
      threads: 1,
      logger: silentLogger,
      now: () => performance.now(),
    });
  });
  after(() => engine.dispose());

  it('is the folder that its manifest describes, and at most 12 MB', () => {
    const names = readdirSync(folder).filter((name) => name !== 'manifest.json');
    assert.deepEqual(Object.keys(manifest.files).sort(), names.sort());
    for (const name of names)
      assert.equal(sha256(readFileSync(path.join(folder, name))), manifest.files[name], name);
    const lines = ['config.json', 'model.safetensors', 'tasks.json', 'tokenizer.json'].map(
      (name) => `${name}:${manifest.files[name]}\n`,
    );
    assert.equal(sha256(lines.join('')), manifest.fingerprint);
    const card = readFileSync(path.join(folder, 'README.md'), 'utf8');
    assert.ok(card.startsWith(`# ${manifest.name} ${manifest.version}\n`), 'the card is of this version');
    // The release before it, so that labels and vectors of both can be told apart.
    assert.match(String(manifest.parent), /^[0-9a-f]{64}$/);
    assert.notEqual(manifest.parent, manifest.fingerprint);
    const sizeBytes = names.reduce((total, name) => total + statSync(path.join(folder, name)).size, 0);
    assert.ok(sizeBytes <= 12_000_000, `${sizeBytes} bytes`);
  });

  it('is sure of commented-out code that is longer than what it reads', async () => {
    const text = [
      'def fit_with_weights(readings, weights):',
      '    rows = [design_row(hours) for hours, _ in readings]',
      '    for row, weight in zip(rows, weights):',
      '        row[:] = [value * weight for value in row]',
      '    return solve(rows, readings)',
    ].join('\n');
    const options = { priority: 'background' as const };
    const [answer] = await engine.classify('form', [{ text }], options, neverCancelled);
    const task = (await engine.modelInfo()).tasks.tasks.find(({ name }) => name === 'form')!;
    assert.ok('labels' in task);
    const code = task.labels.findIndex(({ name }) => name === 'code');
    assert.ok(answer!.probabilities[code]! >= 0.6, answer!.probabilities.join());
  });

  for (const depth of Object.keys(probe.depths)) {
    for (const task of ['purpose', 'debt', 'form']) {
      it(`answers ${task} at depth ${depth} as transformers does`, async () => {
        const inputs = probe.texts.map((text) => ({ text }));
        const options = { priority: 'background' as const, depth: Number(depth) };
        const answers = await engine.classify(task, inputs, options, neverCancelled);
        for (const [index, expected] of probe.depths[depth]![task]!.entries()) {
          for (const [at, probability] of expected.entries()) {
            // Single precision in another order, and five digits in the file.
            assert.ok(
              Math.abs(answers[index]!.probabilities[at]! - probability) < 1e-3,
              `${JSON.stringify(probe.texts[index])} label ${at}: ${answers[index]!.probabilities[at]} for ${probability}`,
            );
          }
        }
      });
    }
  }
});
