// Which labels and doc tags raise which finding: data, so that a model with other labels needs a row, not code.
// A row whose task or labels the loaded model does not have stays silent.

import type { PassageKind } from '../passages/passage.ts';
import type { FindingCode, FindingRules } from './finding.ts';

/** Conditions beside the label, by name; `toFindings.ts` maps each to its function. */
export type FindingGate = 'looksLikeCode' | 'namesNoAlternative';

export interface FindingSource {
  readonly code: FindingCode;
  readonly task: string;
  /** Labels that raise it, or every label but the ones that say all is well. */
  readonly labels: { readonly only: readonly string[] } | { readonly except: readonly string[] };
  /** Doc tags that raise it whatever the model says: their author said it in so many words. */
  readonly tags: readonly string[];
  /** Kinds of passage it can stand in. */
  readonly kinds: readonly PassageKind[];
  readonly gate: FindingGate | undefined;
  /** A word that tells where in a long passage the finding stands; without it, the whole passage is meant. */
  readonly anchor: RegExp | undefined;
  /** What the finding says before `: <title of the label> (<confidence>)`. */
  readonly message: string;
}

const comments: readonly PassageKind[] = ['line', 'block', 'doc', 'docstring'];

export const findingSources: readonly FindingSource[] = [
  {
    code: 'debt',
    task: 'debt',
    labels: { except: ['none'] },
    tags: [],
    kinds: comments,
    gate: undefined,
    anchor: /\b(?:TODO|FIXME|XXX|HACK|BUG|KLUDGE)\b/,
    message: 'This comment admits unfinished or provisional work',
  },
  {
    code: 'commented-out-code',
    task: 'form',
    labels: { only: ['code'] },
    tags: [],
    // Doc comments hold examples on purpose.
    kinds: ['line', 'block'],
    gate: 'looksLikeCode',
    anchor: undefined,
    message: 'This comment is code that was switched off; version control remembers it',
  },
  {
    code: 'deprecated-without-alternative',
    task: 'purpose',
    labels: { only: ['deprecation'] },
    tags: ['deprecated'],
    kinds: comments,
    gate: 'namesNoAlternative',
    anchor: /\b[Dd]eprecated\b/,
    message: 'This says that something is deprecated, but not what to use instead',
  },
];

/**
 * What dismissing a finding says about the labels of its passage: where every label but one raises it, that one holds.
 * `labelsOfDismissal('debt')` is `{ debt: ['none'] }`; of most findings a dismissal says nothing about labels.
 */
export function labelsOfDismissal(code: string): Readonly<Record<string, readonly string[]>> {
  const source = findingSources.find((one) => one.code === code);
  if (!source || !('except' in source.labels) || source.labels.except.length !== 1) return {};
  return { [source.task]: source.labels.except };
}

/** What a host uses when nobody configured anything. */
export const defaultFindingRules: FindingRules = {
  debt: { level: 'information', minimumScore: 0.6 },
  'commented-out-code': { level: 'information', minimumScore: 0.6 },
  'deprecated-without-alternative': { level: 'warning', minimumScore: 0.6 },
};

export const findingCodes = Object.keys(defaultFindingRules) as readonly FindingCode[];
