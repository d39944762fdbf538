// Licences of the packages of others that travel in our bundles and beside them.
// In: what esbuild says it bundled; .vscodeignore says which packages ship as they are. Out:
// dist/THIRD-PARTY-NOTICES.txt.

import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { repositoryRoot } from './repository.mjs';

export const noticesFile = path.join(repositoryRoot, 'dist', 'THIRD-PARTY-NOTICES.txt');

/** @param {readonly import('esbuild').Metafile[]} metafiles */
export function writeNotices(metafiles) {
  const names = new Set(packagesOutsideBundles());
  for (const { inputs } of metafiles) {
    for (const input of Object.keys(inputs)) {
      const name = packageOf(input);
      if (name) names.add(name);
    }
  }
  const notices = [...names].sort().map(noticeOf);
  const head = 'Marginalia ships with these packages of others.\n';
  writeFileSync(noticesFile, [head, ...notices].join(`\n${'-'.repeat(80)}\n\n`));
}

/** `node_modules/@scope/name/lib/a.js` belongs to `@scope/name`. */
function packageOf(input) {
  return /(?:^|.*\/)node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1];
}

function packagesOutsideBundles() {
  const allowList = readFileSync(path.join(repositoryRoot, '.vscodeignore'), 'utf8');
  return [...allowList.matchAll(/^!node_modules\/(.+)\/package\.json$/gm)]
    .map((match) => match[1] ?? '')
    .filter((name) => !name.includes('/dist/'));
}

function noticeOf(name) {
  const manifest = readManifest(name);
  if (!manifest) throw new Error(`${name} is bundled, but not installed: run npm ci.`);
  const folder = folderOf(name);
  const files = readdirSync(folder).filter((file) => /^(?:licen[cs]e|notice|copying)/i.test(file));
  const author = typeof manifest.author === 'object' ? manifest.author.name : manifest.author;
  // Some packages name their licence and do not bring its text.
  const texts = files.map((file) => readFileSync(path.join(folder, file), 'utf8').trim());
  const title = `${name} ${manifest.version} (${manifest.license})${author ? `, ${author}` : ''}`;
  return `${[title, ...texts].join('\n\n')}\n`;
}

function readManifest(name) {
  const file = path.join(folderOf(name), 'package.json');
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined;
}

function folderOf(name) {
  return path.join(repositoryRoot, 'node_modules', name);
}
