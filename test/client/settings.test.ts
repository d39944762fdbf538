// Reading settings: any shape of answer becomes complete, valid settings; what is wrong is named.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { findingCodes, readSettings, settingDefinitions } from '../../protocol/settings.ts';
import {
  defaultFindingRules,
  findingCodes as engineFindingCodes,
} from '../../server/src/engine/findings/findingSources.ts';
import { toFindingRules } from '../../server/src/lsp/resourceSettings.ts';

const defaults = readSettings(undefined).settings;

describe('settings', () => {
  it('are all there when the client knows none', () => {
    assert.deepEqual(readSettings(null), { settings: defaults, problems: [] });
    assert.equal(defaults.enable, true);
    assert.deepEqual(defaults.model, { path: '', depth: undefined, device: 'auto' });
  });

  it('know the same findings, with the same defaults, as the engine', () => {
    assert.deepEqual([...findingCodes].sort(), [...engineFindingCodes].sort());
    assert.deepEqual(toFindingRules(defaults), defaultFindingRules);
  });

  it('have a section of docs/FINDINGS.md for each finding, where the links of diagnostics lead', () => {
    const page = readFileSync(new URL('../../docs/FINDINGS.md', import.meta.url), 'utf8');
    const anchors = [...page.matchAll(/^## (.+)$/gm)].map((match) => match[1]);
    for (const code of findingCodes) assert.ok(anchors.includes(code), `no section called ${code}`);
  });

  it('are read from nested objects, flat keys and mixtures', () => {
    const shapes = [
      { findings: { debt: { level: 'off' } } },
      { 'findings.debt.level': 'off' },
      { findings: { 'debt.level': 'off' } },
      { 'findings.debt': { level: 'off' } },
    ];
    for (const shape of shapes) {
      assert.equal(readSettings(shape).settings.findings.debt.level, 'off', JSON.stringify(shape));
    }
  });

  it('take a depth as text or number', () => {
    assert.equal(readSettings({ model: { depth: '4' } }).settings.model.depth, 4);
    assert.equal(readSettings({ model: { depth: 4 } }).settings.model.depth, 4);
    assert.equal(readSettings({ model: { depth: 'auto' } }).settings.model.depth, 'auto');
  });

  it('name each wrong value and what was expected', () => {
    const section = { enable: 'yes', threads: 1.5, model: { depth: 5 }, files: { maxSizeKB: 0 } };
    const { settings, problems } = readSettings(section);
    assert.deepEqual(settings, defaults);
    assert.deepEqual(problems, [
      { key: 'marginalia.enable', found: '"yes"', expected: 'a boolean' },
      { key: 'marginalia.model.depth', found: '5', expected: 'one of full, auto, 3, 4, 6' },
      { key: 'marginalia.threads', found: '1.5', expected: 'an integer from 0 to 64' },
      { key: 'marginalia.files.maxSizeKB', found: '0', expected: 'an integer from 1 to 102400' },
    ]);
  });

  it('never throw and always are valid, whatever comes', () => {
    const keys = settingDefinitions.flatMap((one) => one.key.replace('marginalia.', '').split('.'));
    const tree = fc.letrec((tie) => ({
      node: fc.oneof(fc.anything(), fc.dictionary(fc.constantFrom(...keys), tie('node'), { maxKeys: 4 })),
    })).node;
    fc.assert(
      fc.property(tree, (section) => {
        const { settings } = readSettings(section);
        assert.deepEqual(readSettings(settingsAsSection(settings)).settings, settings);
      }),
    );
  });

  it('have defaults that their own definitions accept', () => {
    const section = Object.fromEntries(
      settingDefinitions.map((one) => [one.key.replace('marginalia.', ''), one.default]),
    );
    assert.deepEqual(readSettings(section), { settings: defaults, problems: [] });
  });
});

function settingsAsSection(settings: typeof defaults): unknown {
  return { ...settings, model: { ...settings.model, depth: settings.model.depth ?? 'full' } };
}
