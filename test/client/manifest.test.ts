// Holds package.json to what the code defines: settings, activation, commands, texts in both languages.
// `UPDATE_GOLDEN=1` writes the derived parts into package.json instead of comparing.

import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, it } from 'mocha';
import { toContributedTools } from '../../protocol/agentTools.ts';
import { restrictedSettings, toContributedConfiguration } from '../../protocol/contributedConfiguration.ts';
import { languageIds } from '../../protocol/languages.ts';
import { knownLanguages } from '../../server/src/engine/passages/languages.ts';

const root = path.resolve(fileURLToPath(new URL('../..', import.meta.url)));
const manifestPath = path.join(root, 'package.json');

interface Manifest {
  readonly displayName: string;
  activationEvents: readonly string[];
  readonly l10n: string;
  capabilities: {
    untrustedWorkspaces: { supported: string; restrictedConfigurations: readonly string[] };
    virtualWorkspaces: { supported: string };
  };
  contributes: {
    configuration: unknown;
    languageModelTools: unknown;
    commands: readonly { command: string; title: string; category: string }[];
    grammars: readonly { path: string; scopeName: string; injectTo: readonly string[] }[];
    menus: Readonly<Record<string, readonly { command: string }[]>>;
  };
}

describe('package.json', () => {
  if (process.env.UPDATE_GOLDEN) updateManifest();
  const manifest = readManifest();

  it('contributes exactly the settings that protocol/settings.ts defines', () => {
    assert.deepEqual(manifest.contributes.configuration, plain(toContributedConfiguration()));
  });

  it('keeps restricted settings out of workspaces without trust', () => {
    const { untrustedWorkspaces, virtualWorkspaces } = manifest.capabilities;
    assert.equal(untrustedWorkspaces.supported, 'limited');
    assert.deepEqual(untrustedWorkspaces.restrictedConfigurations, restrictedSettings());
    assert.deepEqual(restrictedSettings(), ['marginalia.model.path']);
    assert.equal(virtualWorkspaces.supported, 'limited');
  });

  it('wakes up only for languages that the server reads and for its panel', () => {
    assert.deepEqual(manifest.activationEvents, activationEvents());
  });

  it('sends every language that the engine reads, but for data and notebook files', () => {
    const unsent = ['json', 'ipynb'];
    const read = knownLanguages.filter((language) => !unsent.includes(language));
    assert.deepEqual([...languageIds].sort(), [...read].sort());
  });

  it('contributes exactly the commands that the extension registers', () => {
    const registered = [...readSource('client/src/commands.ts').matchAll(/'(marginalia\.\w+)': \(.*?\) =>/g)];
    const contributed = manifest.contributes.commands.map((one) => one.command);
    assert.deepEqual(registered.map((match) => match[1]).sort(), [...contributed].sort());
    for (const one of manifest.contributes.commands) assert.equal(one.category, 'Marginalia');
  });

  it('contributes exactly the tools for agents that protocol/agentTools.ts defines', () => {
    assert.deepEqual(manifest.contributes.languageModelTools, plain(toContributedTools()));
  });

  it('puts only its own commands into menus', () => {
    const commands = new Set(manifest.contributes.commands.map((one) => one.command));
    for (const items of Object.values(manifest.contributes.menus)) {
      for (const item of items) assert.ok(commands.has(item.command), item.command);
    }
  });

  it('points to grammars that exist', () => {
    for (const grammar of manifest.contributes.grammars) {
      const content = JSON.parse(readSource(grammar.path)) as { scopeName: string };
      assert.equal(content.scopeName, grammar.scopeName);
    }
  });
});

describe('texts in English and Simplified Chinese', () => {
  const english = JSON.parse(readSource('package.nls.json')) as Record<string, string>;
  const chinese = JSON.parse(readSource('package.nls.zh-cn.json')) as Record<string, string>;

  it('both locales have exactly the keys that package.json uses', () => {
    const used = new Set([...readSource('package.json').matchAll(/"%([\w.-]+)%"/g)].map((match) => match[1]));
    assert.deepEqual(Object.keys(english).sort(), [...used].sort());
    assert.deepEqual(Object.keys(chinese).sort(), [...used].sort());
  });

  it('the bundle has exactly the sentences that the extension translates', () => {
    const { l10n } = readManifest();
    const bundle = JSON.parse(readSource(path.join(l10n, 'bundle.l10n.zh-cn.json'))) as Record<
      string,
      string
    >;
    assert.deepEqual(Object.keys(bundle).sort(), [...translatedSentences()].sort());
  });

  it('a translation keeps the placeholders of its sentence', () => {
    const { l10n } = readManifest();
    const bundle = JSON.parse(readSource(path.join(l10n, 'bundle.l10n.zh-cn.json'))) as Record<
      string,
      string
    >;
    for (const [sentence, translation] of Object.entries(bundle)) {
      assert.deepEqual(placeholdersOf(translation), placeholdersOf(sentence), sentence);
    }
  });

  it('nothing is left in English', () => {
    const { l10n } = readManifest();
    const bundle = JSON.parse(readSource(path.join(l10n, 'bundle.l10n.zh-cn.json'))) as Record<
      string,
      string
    >;
    for (const [key, text] of Object.entries({ ...chinese, ...bundle })) {
      assert.match(text, /\p{Script=Han}/u, key);
    }
  });
});

/** Every literal that is handed to `vscode.l10n.t`, or to the `t` that stands for it. */
function translatedSentences(): Set<string> {
  const folder = path.join(root, 'client/src');
  const sentences = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .flatMap((file) => [...readFileSync(path.join(folder, file), 'utf8').matchAll(/\bt\(\s*'([^']+)'/g)])
    .map((match) => match[1]!);
  return new Set(sentences);
}

function placeholdersOf(text: string): string[] {
  return [...text.matchAll(/\{\d+\}/g)].map((match) => match[0]).sort();
}

function activationEvents(): string[] {
  // A panel that was open when the window was closed comes back with it.
  return [...languageIds.map((language) => `onLanguage:${language}`), 'onWebviewPanel:marginalia.fineTune'];
}

function updateManifest(): void {
  const manifest = readManifest();
  manifest.contributes.configuration = toContributedConfiguration();
  manifest.contributes.languageModelTools = toContributedTools();
  manifest.activationEvents = activationEvents();
  manifest.capabilities.untrustedWorkspaces.restrictedConfigurations = restrictedSettings();
  writeFileSync(manifestPath, `${JSON.stringify(manifest, null, 2)}\n`);
}

function readManifest(): Manifest {
  return JSON.parse(readFileSync(manifestPath, 'utf8')) as Manifest;
}

function readSource(file: string): string {
  assert.ok(existsSync(path.join(root, file)), `${file} is not there`);
  return readFileSync(path.join(root, file), 'utf8');
}

/** Without fields that are undefined, as JSON would have it. */
function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}
