// manifest.json of a model folder: read it, check a folder against it, and make one.
// The fingerprint names what a model computes: equal fingerprints give equal answers, so stored vectors and labels
// carry it. It leaves out the card and the manifest itself, which say things about the model without changing it.

import { createHash } from 'node:crypto';
import { EngineError } from '../errors.ts';
import type { ModelFiles, ModelManifest } from './modelFolder.ts';
import { readJsonObject } from './readJson.ts';

/** The files that decide what a model computes; those present count. */
const fingerprintedFiles: readonly string[] = [
  'config.json',
  'model.safetensors',
  'tasks.json',
  'tokenizer.json',
];

/** What a Hugging Face folder without tokenizer.json may have in its place. */
const olderTokenizerFiles: readonly string[] = ['spiece.model', 'vocab.txt'];

export interface ModelProblem {
  readonly file: string;
  /** One sentence for a person. */
  readonly message: string;
}

/** What a manifest says beside sums and fingerprint. */
export type ManifestDetails = Omit<ModelManifest, 'formatVersion' | 'files' | 'fingerprint'>;

/** `undefined` where the folder has no manifest.json, as a plain Hugging Face folder. */
export async function loadManifest(files: ModelFiles): Promise<ModelManifest | undefined> {
  const bytes = await files.read('manifest.json');
  return bytes && parseManifest(bytes);
}

/** @throws EngineError `modelCorrupt` naming the key, or `modelUnsupported` for another format version. */
export function parseManifest(bytes: Uint8Array): ModelManifest {
  const json = readJsonObject(bytes, 'manifest.json');
  if (json.formatVersion !== 1) {
    throw new EngineError(
      'modelUnsupported',
      `manifest.json has formatVersion ${JSON.stringify(json.formatVersion) ?? 'missing'}, this version of Marginalia reads 1. Update Marginalia.`,
    );
  }
  const { files, parent, dataSources, metrics } = json;
  for (const key of ['name', 'version', 'licence'] as const) {
    if (typeof json[key] !== 'string') throw corrupt(`${key} should be a text`);
  }
  if (!isRecord(files) || !Object.values(files).every(isSha256))
    throw corrupt('files should map names to sha256 sums');
  if (!isSha256(json.fingerprint)) throw corrupt('fingerprint should be a sha256 sum');
  if (parent !== undefined && !isSha256(parent)) throw corrupt('parent should be a fingerprint');
  if (!Array.isArray(dataSources) || !dataSources.every(isDataSource)) {
    throw corrupt('dataSources should be a list of objects with name, licence and use');
  }
  if (!isRecord(metrics)) throw corrupt('metrics should be an object');
  return json as unknown as ModelManifest;
}

/** Every difference between a folder and its manifest; an empty list means that the folder is whole. */
export async function verifyModelFolder(
  files: ModelFiles,
  manifest: ModelManifest,
): Promise<readonly ModelProblem[]> {
  const problems: ModelProblem[] = [];
  for (const [file, expected] of Object.entries(manifest.files)) {
    const bytes = await files.read(file);
    if (!bytes) {
      problems.push({ file, message: `${file} is missing. Download or copy the model again.` });
    } else if (sha256(bytes) !== expected) {
      problems.push({
        file,
        message: `${file} is not the file that manifest.json describes. Download or copy the model again.`,
      });
    }
  }
  if (fingerprintOf(manifest.files) !== manifest.fingerprint) {
    problems.push({
      file: 'manifest.json',
      message:
        'The fingerprint does not follow from the sums of the files. The manifest was changed by hand.',
    });
  }
  return problems;
}

/**
 * @param fileNames every file of the folder except manifest.json
 * @throws EngineError `modelMissing` where one of them cannot be read
 */
export async function createManifest(
  files: ModelFiles,
  fileNames: readonly string[],
  details: ManifestDetails,
): Promise<ModelManifest> {
  const sums: Record<string, string> = {};
  for (const name of [...fileNames].sort()) {
    const bytes = await files.read(name);
    if (!bytes) {
      throw new EngineError(
        'modelMissing',
        `${files.displayName} has no ${name}. Write it before the manifest.`,
      );
    }
    sums[name] = sha256(bytes);
  }
  return { formatVersion: 1, ...details, files: sums, fingerprint: fingerprintOf(sums) };
}

/** The fingerprint of a folder that has no manifest. */
export async function computeFingerprint(files: ModelFiles): Promise<string> {
  const sums: Record<string, string> = {};
  for (const name of [...fingerprintedFiles, ...olderTokenizerFiles]) {
    const bytes = await files.read(name);
    if (bytes) sums[name] = sha256(bytes);
  }
  return fingerprintOf(sums);
}

/** sha256 over the lines `name:sum`, sorted by name, each with a line feed at its end. */
export function fingerprintOf(sums: Readonly<Record<string, string>>): string {
  const names = Object.hasOwn(sums, 'tokenizer.json')
    ? fingerprintedFiles
    : [...fingerprintedFiles, ...olderTokenizerFiles];
  const lines = names.filter((name) => Object.hasOwn(sums, name)).map((name) => `${name}:${sums[name]}\n`);
  return sha256(new TextEncoder().encode(lines.sort().join('')));
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function isSha256(value: unknown): value is string {
  return typeof value === 'string' && /^[0-9a-f]{64}$/.test(value);
}

function isDataSource(value: unknown): boolean {
  return isRecord(value) && ['name', 'licence', 'use'].every((key) => typeof value[key] === 'string');
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function corrupt(reason: string): EngineError {
  return new EngineError(
    'modelCorrupt',
    `manifest.json cannot be right: ${reason}. Correct it or download the model again.`,
  );
}
