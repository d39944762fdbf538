// What a person or a tool should look at: a place, a stable code, how sure the model is and why.

import type { Span } from '../text/span.ts';

/** Stable identifiers; they appear in settings, SARIF and documentation links. */
export type FindingCode = 'debt' | 'commented-out-code' | 'deprecated-without-alternative';

export type FindingLevel = 'error' | 'warning' | 'information' | 'hint';

export interface Finding {
  readonly code: FindingCode;
  readonly level: FindingLevel;
  readonly span: Span;
  readonly message: string;
  /** Calibrated probability that the finding is right, 0 to 1. */
  readonly score: number;
  /** Label that raised it, `debt/design`. */
  readonly label: string;
  /** Who gave the label, where it was a person and not the model; may be empty where the name is not known. */
  readonly author?: string;
}

/** One rule: `off` hides it; `minimumScore` is the confidence below which it stays silent. */
export interface FindingRule {
  readonly level: FindingLevel | 'off';
  readonly minimumScore: number;
}

export type FindingRules = Readonly<Record<FindingCode, FindingRule>>;

/** What people have said about a passage; their word goes before the model's. */
export interface PassageVerdict {
  /** Who chose the labels of a task; tasks that only the model labelled are absent. */
  readonly authors: Readonly<Record<string, string>>;
  /** Codes of findings that somebody dismissed for this text. */
  readonly silenced: readonly string[];
  /** Somebody found it still accurate, and the code that it documents has not changed since: nothing is found. */
  readonly isAccurate: boolean;
}
