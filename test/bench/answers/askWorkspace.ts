// A workspace of known questions as a real index, asked as the product asks it. In: a workspace, vectors of texts.
// Out: for a question the candidates that the product would choose from; passages can be taken away, as if the
// workspace had never said what they say.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { neverCancelled } from '../../../server/src/engine/cancellation.ts';
import { createPassagePacker, unpackPassages } from '../../../server/src/engine/index/packedPassages.ts';
import { toSearchTokens } from '../../../server/src/engine/index/searchWords.ts';
import {
  type Candidates,
  collectCandidates,
} from '../../../server/src/engine/index/sentences/collectCandidates.ts';
import type { IndexStorage, VectorSpace, VectorTier } from '../../../server/src/engine/storage.ts';
import { openIndex } from '../../../server/src/io/index/openIndex.ts';
import { loadSqliteDriver } from '../../../server/src/io/sqliteDriver.ts';
import type { AnswerWorkspace } from './answerWorkspaces.ts';

export type EmbedTexts = (texts: readonly string[]) => Promise<readonly Float32Array[]>;

export interface AskedWorkspace {
  readonly passageCount: number;
  /** `without`: texts of passages that are not there. */
  ask(
    question: string,
    options: { readonly without: readonly string[]; readonly withModel: boolean },
  ): Promise<Candidates>;
  close(): Promise<void>;
}

export async function openAskedWorkspace(
  workspace: AnswerWorkspace,
  embed: EmbedTexts,
): Promise<AskedWorkspace> {
  const folder = mkdtempSync(path.join(tmpdir(), 'marginalia-answers-'));
  const { storage } = openIndex(folder, loadSqliteDriver(), { isFresh: true });
  await storage.becomeWriter();
  const packer = createPassagePacker();
  for (const { file, text, passages } of workspace.files) {
    await storage.writeFiles([
      { file, stamp: '', hash: '', passages: unpackPassages(packer.pack(text, passages)) },
    ]);
  }
  const space = { fingerprint: 'bench', dimensions: (await embed(['']))[0]!.length };
  const pending = await storage.pendingTexts(space, { afterId: 0, count: 1_000_000, files: undefined });
  const vectors = await embed(pending.map(({ text }) => text));
  await storage.writeVectors(
    space,
    pending.map(({ id }, index) => ({ id, vector: vectors[index]!, labels: [] })),
  );
  const tier = storage.vectorTier(space);
  await tier.update();
  const ids = new Map(pending.map(({ id, text }) => [text, id]));
  const model = {
    encodeQuery: async (text: string) => (await embed([text]))[0]!,
    encodeSentences: async (texts: readonly string[]) => embed(texts),
  };
  return {
    passageCount: pending.length,
    async ask(question, { without, withModel }) {
      const hidden = new Set(without.flatMap((text) => ids.get(text) ?? []));
      return await collectCandidates(
        question,
        {
          storage: hideTexts(storage, hidden),
          vocabulary: { tasks: [], languageOf: () => undefined, nowMs: () => 0 },
          history: undefined,
          meaning: withModel ? { tier: hideVectors(tier, space, hidden), model } : undefined,
          sentenceModel: withModel ? model : undefined,
        },
        neverCancelled,
      );
    },
    async close() {
      await storage.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function hideTexts(storage: IndexStorage, hidden: ReadonlySet<number>): IndexStorage {
  if (hidden.size === 0) return storage;
  return {
    ...storage,
    async searchWords(query) {
      const found = await storage.searchWords({ ...query, count: query.count + hidden.size });
      return found.filter(({ id }) => !hidden.has(id)).slice(0, query.count);
    },
    async countTokens(tokens) {
      const { texts, counts } = await storage.countTokens(tokens);
      const gone = await storage.texts([...hidden]);
      const tokensOfGone = await Promise.all(gone.map(async ({ text, names }) => tokensOf(text, names)));
      return {
        texts: texts - gone.length,
        counts: counts.map((count, index) =>
          Math.max(0, count - tokensOfGone.filter((own) => own.has(tokens[index]!)).length),
        ),
      };
    },
  };
}

function tokensOf(text: string, names: string): ReadonlySet<string> {
  return new Set([...toSearchTokens(text).split(' '), ...names.split(' ')]);
}

function hideVectors(tier: VectorTier, space: VectorSpace, hidden: ReadonlySet<number>): VectorTier {
  if (hidden.size === 0) return tier;
  return {
    ...tier,
    space,
    count: tier.count,
    sizeBytes: tier.sizeBytes,
    async nearest(query, options) {
      const found = await tier.nearest(query, { ...options, count: options.count + hidden.size });
      return found.filter(({ id }) => !hidden.has(id)).slice(0, options.count);
    },
  };
}
