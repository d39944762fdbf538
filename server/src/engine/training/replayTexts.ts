// Texts on which a model's knowledge is held while it learns something else. In: those that came with the model
// (replay.jsonl of its folder), those of the workspace, those that are learned. Out: the pool that training draws from,
// and the texts that the new model passes on. Chosen by content alone, so that the same run chooses the same.

import type { ModelFiles } from '../model/modelFolder.ts';
import { type LabelledRow, readLabelledRows } from './labelledRows.ts';
import { hashToUnit } from './textHash.ts';

export interface ReplayText {
  readonly text: string;
  readonly context: string | undefined;
}

export const replayFileName = 'replay.jsonl';

/** More than a training of any length draws often enough to matter. */
const mostOfModel = 1_200;
/** Of a new task's texts, so many of each label go with the new model. */
const passedOnPerLabel = 40;

/**
 * Empty where the folder has no such file.
 * @throws EngineError `invalidArgument` for a line that is no text
 */
export async function readReplay(files: ModelFiles): Promise<readonly ReplayText[]> {
  const bytes = await files.read(replayFileName);
  if (!bytes || bytes.every((byte) => byte <= 0x20)) return [];
  const chunks = (async function* () {
    yield bytes;
  })();
  const { rows } = await readLabelledRows(chunks, {
    fileName: `${replayFileName} of ${files.displayName}`,
    task: '',
    maxRows: 10_000,
    labelsOptional: true,
  });
  return rows.map(({ text, context }) => ({ text, context }));
}

/**
 * The model's own texts cover what it knows, the others are nearer to what it will be asked: as many of them again.
 * Texts that are learned with a context come once more without it, as the model will mostly be asked.
 */
export function chooseReplay(from: {
  readonly ofModel: readonly ReplayText[];
  /** Without labels, such as those of a workspace. */
  readonly given: readonly string[];
  readonly learned: readonly LabelledRow[];
}): readonly ReplayText[] {
  const ofModel = byHash(from.ofModel).slice(0, mostOfModel);
  const alone = from.learned.filter(({ context }) => context !== undefined);
  const others = [
    ...byHash(from.given.map(withoutContext)),
    ...byHash(alone.map(({ text }) => withoutContext(text))),
  ];
  const known = new Set(ofModel.map(({ text }) => text));
  const limit = Math.max(mostOfModel / 4, ofModel.length);
  return [...ofModel, ...others.filter(({ text }) => !known.has(text)).slice(0, limit)];
}

/** What the next training needs to hold this one: the texts that came with the model, and some of each new label. */
export function passOnReplay(
  ofModel: readonly ReplayText[],
  learned: readonly LabelledRow[],
): readonly ReplayText[] {
  const counts = new Map<string, number>();
  const sorted = learned
    .map((row) => ({ row, hash: hashToUnit(row.text, replaySalt) }))
    .sort((one, other) => one.hash - other.hash);
  const chosen: ReplayText[] = [];
  for (const { row } of sorted) {
    const labels = row.labels.size > 0 ? [...row.labels.keys()] : [''];
    if (labels.every((label) => (counts.get(label) ?? 0) >= passedOnPerLabel)) continue;
    for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1);
    chosen.push({ text: row.text, context: row.context });
  }
  const fresh = new Set(chosen.map(keyOf));
  return [...ofModel.filter((one) => !fresh.has(keyOf(one))), ...chosen];
}

export function writeReplay(texts: readonly ReplayText[]): Uint8Array {
  return new TextEncoder().encode(texts.map((one) => `${JSON.stringify(one)}\n`).join(''));
}

const replaySalt = 0x33;

function byHash(texts: readonly ReplayText[]): readonly ReplayText[] {
  return [...new Map(texts.map((one) => [keyOf(one), one])).values()]
    .map((one) => ({ one, hash: hashToUnit(one.text, replaySalt) }))
    .sort((a, b) => a.hash - b.hash)
    .map(({ one }) => one);
}

function keyOf({ text, context }: ReplayText): string {
  return `${text}\u0000${context ?? ''}`;
}

function withoutContext(text: string): ReplayText {
  return { text, context: undefined };
}
