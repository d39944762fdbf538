// The manifest of a model folder: who made it, from what, and the hashes that hold its files to that.
// Part of the folder contract in docs/MODEL.md.

export type { ModelFiles } from '../storage.ts';

/** manifest.json of a model folder (a contract with other tools; see docs/MODEL.md). */
export interface ModelManifest {
  readonly formatVersion: 1;
  readonly name: string;
  readonly version: string;
  /** sha256, hex, of each file of the folder except manifest.json. */
  readonly files: Readonly<Record<string, string>>;
  /** sha256, hex, over the sorted `name:sha256` lines of config, weights, tokenizer and tasks. */
  readonly fingerprint: string;
  /** Fingerprint of the model this one was trained from; absent for a first model. */
  readonly parent?: string;
  readonly licence: string;
  readonly dataSources: readonly { readonly name: string; readonly licence: string; readonly use: string }[];
  /** Held-out metrics by task, as the recipe measured them. */
  readonly metrics: Readonly<Record<string, unknown>>;
}
