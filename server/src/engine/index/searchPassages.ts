// One search from the typed query to hits with their places.
// In: a query, the storage, the tiers that are there. Out: hits, best first, equal texts collapsed into one.

import { type Cancellation, throwIfCancelled } from '../cancellation.ts';
import type {
  FolderHistory,
  IndexStorage,
  Place,
  PlaceFilter,
  StoredText,
  TextScore,
  VectorTier,
} from '../storage.ts';
import { type FusedHit, fuseRanks } from './fuseRanks.ts';
import { createHistoryTest, type HistoryTest } from './historyFilter.ts';
import type { IndexModel } from './indexModel.ts';
import { findHighlights, lexicalTokens } from './lexicalTokens.ts';
import { type ParsedQuery, parseQuery, type QueryVocabulary } from './parseQuery.ts';
import { createPlaceTest } from './placeTest.ts';
import { saysDeprecated } from './saysDeprecated.ts';
import type { SearchHit, SearchQuery, SearchResult, SearchTier } from './workspaceIndex.ts';

export interface SearchContext {
  readonly storage: IndexStorage;
  readonly vocabulary: QueryVocabulary;
  readonly history: FolderHistory | undefined;
  /** Absent while there is no model, or no vector of it. */
  readonly meaning:
    | { readonly tier: VectorTier; readonly model: Pick<IndexModel, 'encodeQuery'> }
    | undefined;
}

/** What each tier hands to the fusion, whatever few are wanted. */
const candidateCount = 100;

export async function searchPassages(
  query: SearchQuery,
  context: SearchContext,
  cancellation: Cancellation,
): Promise<SearchResult> {
  // Overtaken while it waited for the one before: the next letter was typed.
  throwIfCancelled(cancellation);
  const { parsed, history } = await readQuery(query.text, context);
  const tokens = lexicalTokens(parsed.text);
  if (tokens.length === 0 && parsed.text.trim() === '')
    return await listPassages(query, parsed, history, context);
  const wanted = Math.max(candidateCount, 2 * query.count);
  const { filter } = parsed;
  // The model reads the query in a thread of its own, while the words are looked up in this one.
  const encoding = encodeQuery(parsed.text, context, cancellation);
  const lexical = await context.storage.searchWords({ tokens, count: wanted, filter });
  throwIfCancelled(cancellation);
  const encoded = await encoding;
  throwIfCancelled(cancellation);
  const found = await searchMeaning(encoded, { count: wanted, filter }, context);
  throwIfCancelled(cancellation);
  const fused = fuseRanks({ lexical, vector: found.list });
  const hits = await toHits(fused, { ...query, tokens, parsed, history }, context.storage);
  return {
    hits,
    tiers: ['lexical', ...found.tiers],
    problems: [...parsed.problems, ...found.problems, ...problemsOf(history)],
  };
}

/** The query with the files that its history allows; without a history, a sentence says so. */
async function readQuery(
  text: string,
  { vocabulary, history }: SearchContext,
): Promise<{ readonly parsed: ParsedQuery; readonly history: HistoryTest | undefined }> {
  const parsed = parseQuery(text, vocabulary);
  if (!parsed.history) return { parsed, history: undefined };
  const test = history && (await createHistoryTest(parsed.history, history));
  if (!test) {
    const problem = 'author: and since: need git and a repository with a commit; they were left out.';
    return { parsed: { ...parsed, problems: [...parsed.problems, problem] }, history: undefined };
  }
  return { parsed: { ...parsed, filter: { ...parsed.filter, files: test.files } }, history: test };
}

function problemsOf(history: HistoryTest | undefined): readonly string[] {
  return history?.problem === undefined ? [] : [history.problem];
}

async function placesThatPass(places: readonly Place[], history: HistoryTest): Promise<readonly Place[]> {
  const passing: Place[] = [];
  for (const place of places) if (await history.passes(place)) passing.push(place);
  return passing;
}

/** Texts looked at where the history has to be asked for each. */
const mostListed = 2000;

/** Passages near a vector or a text; `exceptHash` is left out of them. */
export async function searchNearest(
  vector: Float32Array,
  options: { readonly count: number; readonly exceptHash: string },
  context: Pick<SearchContext, 'storage'> & { readonly tier: VectorTier },
): Promise<SearchResult> {
  const list = await context.tier.nearest(vector, { count: options.count + 1, filter: undefined });
  const fused = fuseRanks({ lexical: [], vector: list });
  const parsed: ParsedQuery = { text: '', phrases: [], filter: undefined, history: undefined, problems: [] };
  const hits = await toHits(
    fused,
    { count: options.count + 1, tokens: [], parsed, history: undefined },
    context.storage,
  );
  const others = hits.filter((hit) => hit.id !== options.exceptHash).slice(0, options.count);
  return { hits: others, tiers: ['encoder'], problems: [] };
}

interface MeaningResult {
  readonly list: readonly TextScore[];
  readonly tiers: readonly SearchTier[];
  readonly problems: readonly string[];
}

const noMeaning: MeaningResult = { list: [], tiers: [], problems: [] };

type EncodedQuery = { readonly vector: Float32Array } | { readonly problem: string } | undefined;

/** Never rejects: words still find what the model cannot. */
async function encodeQuery(
  text: string,
  { meaning }: SearchContext,
  cancellation: Cancellation,
): Promise<EncodedQuery> {
  if (!meaning || meaning.tier.count === 0) return undefined;
  try {
    return { vector: await meaning.model.encodeQuery(text, cancellation) };
  } catch (error) {
    return { problem: `Only words were searched: ${error instanceof Error ? error.message : String(error)}` };
  }
}

async function searchMeaning(
  encoded: EncodedQuery,
  wanted: { readonly count: number; readonly filter: PlaceFilter | undefined },
  { meaning }: SearchContext,
): Promise<MeaningResult> {
  if (!meaning || !encoded) return noMeaning;
  if ('problem' in encoded) return { ...noMeaning, problems: [encoded.problem] };
  return { list: await meaning.tier.nearest(encoded.vector, wanted), tiers: ['encoder'], problems: [] };
}

/** Filters alone: what they let through, in the order of the index. */
async function listPassages(
  { count }: SearchQuery,
  parsed: ParsedQuery,
  history: HistoryTest | undefined,
  { storage }: SearchContext,
): Promise<SearchResult> {
  if (parsed.filter === undefined) return { hits: [], tiers: ['lexical'], problems: parsed.problems };
  const wanted = history ? mostListed : count;
  const ids = await storage.textsWhere(parsed.filter, wanted);
  const fused = Array.from(
    ids,
    (id): FusedHit => ({ id, score: 1, lexicalRank: undefined, vectorRank: undefined }),
  );
  const hits = await toHits(fused, { count, tokens: [], parsed, history }, storage);
  return { hits, tiers: ['lexical'], problems: [...parsed.problems, ...problemsOf(history)] };
}

interface HitOptions {
  readonly count: number;
  readonly tokens: readonly string[];
  readonly parsed: ParsedQuery;
  readonly history: HistoryTest | undefined;
}

/** Texts are fetched a screenful at a time: most of the candidates are never looked at. */
async function toHits(
  fused: readonly FusedHit[],
  options: HitOptions,
  storage: IndexStorage,
): Promise<readonly SearchHit[]> {
  const hits: SearchHit[] = [];
  const isPlaceWanted = createPlaceTest(options.parsed.filter);
  const step = Math.max(20, options.count);
  for (let start = 0; start < fused.length && hits.length < options.count; start += step) {
    const part = fused.slice(start, start + step);
    const texts = await storage.texts(part.map(({ id }) => id));
    const byId = new Map(texts.map((text) => [text.id, text]));
    for (const one of part) {
      const text = byId.get(one.id);
      const standing = text?.places.filter(isPlaceWanted) ?? [];
      if (!text || standing.length === 0 || !hasPhrases(text.text, options.parsed.phrases)) continue;
      const places = options.history ? await placesThatPass(standing, options.history) : standing;
      if (places.length === 0) continue;
      hits.push(toHit(one, text, places, options.tokens));
      if (hits.length >= options.count) break;
    }
  }
  return hits;
}

function toHit(
  { score, lexicalRank, vectorRank }: FusedHit,
  text: StoredText,
  places: readonly Place[],
  tokens: readonly string[],
): SearchHit {
  const [first] = places;
  const { file, span, line, endLine, kind, language, symbol } = first!;
  return {
    id: text.textHash,
    file,
    span,
    line,
    endLine,
    text: text.text,
    kind,
    language,
    symbol,
    labels: text.labels,
    score,
    lexicalRank,
    vectorRank,
    highlights: findHighlights(text.text, tokens),
    isDeprecated: saysDeprecated(text.text),
    duplicates: places.length - 1,
  };
}

function hasPhrases(text: string, phrases: readonly string[]): boolean {
  if (phrases.length === 0) return true;
  const flat = flatten(text);
  return phrases.every((phrase) => flat.includes(flatten(phrase)));
}

function flatten(text: string): string {
  return text.toLowerCase().replace(/\s+/g, ' ');
}
