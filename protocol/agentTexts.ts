// What the tools for coding agents answer, as data and as the text that a language model reads: short, one place
// per line, nothing that has to be guessed. Lines are counted from one, as people and compilers do.

import { noAnswerText } from './noAnswerText.ts';
import type { NoAnswerReason } from './searchRequests.ts';

export interface AgentHit {
  readonly file: string;
  readonly line: number;
  readonly endLine: number;
  readonly kind: string;
  readonly symbol: string | undefined;
  /** Names of labels, such as `rationale`. */
  readonly labels: readonly string[];
  readonly text: string;
  readonly isDeprecated: boolean;
}

export interface AgentSearchResult {
  readonly hits: readonly AgentHit[];
  readonly problems: readonly string[];
}

export interface AgentAnswer {
  readonly answer: string;
  readonly sentence: string;
  readonly confidence: number;
  /** Of the sentence. */
  readonly line: number;
  readonly passage: AgentHit;
}

export interface AgentAskResult {
  readonly answer: AgentAnswer | undefined;
  readonly none: NoAnswerReason | undefined;
  readonly read: readonly AgentHit[];
  readonly problem: string | undefined;
}

export interface AgentFinding {
  readonly file: string;
  readonly line: number;
  readonly code: string;
  readonly level: string;
  readonly confidence: number;
  readonly message: string;
  readonly text: string;
}

export interface AgentCheckResult {
  readonly findings: readonly AgentFinding[];
  readonly checkedFiles: number;
  readonly checkedPassages: number;
  readonly problems: readonly string[];
}

export function searchText({ hits, problems }: AgentSearchResult): string {
  const head = hits.length === 0 ? ['No comment or documentation matches.'] : [];
  return [...problems, ...head, ...hits.map(hitText)].join('\n\n');
}

/** What an answer lacks while the model has not read everything; nothing where it has. */
export function stillReadingText({
  state,
  embedded,
  passages,
}: {
  readonly state: string;
  readonly embedded: number;
  readonly passages: number;
}): string | undefined {
  if (state !== 'embedding' || embedded >= passages) return undefined;
  return `When this was asked, the model had read ${embedded} of ${passages} passages: the others are found by their words alone, not by meaning or labels. Ask again in a while.`;
}

/** So many of the passages that were read are shown beside an answer: to check it, not to replace a search. */
const readCount = 5;

export function askText({ answer, none, read, problem }: AgentAskResult): string {
  const others = read.slice(0, readCount).map(hitText);
  if (answer) {
    const { sentence, confidence, line, passage } = answer;
    const place = `${passage.file}:${line}`;
    const quoted = sentence === answer.answer ? '' : `: "${oneLine(sentence)}"`;
    return [
      `${answer.answer}`,
      `From ${place} (confidence ${confidence.toFixed(2)})${quoted}${labelsText(passage)}`,
    ].join('\n');
  }
  const why = problem ?? `No answer. ${none ? noAnswerText(none) : 'No folder was asked.'}`;
  return others.length === 0 ? why : [why, 'Nearest passages:', ...others].join('\n\n');
}

export function checkText({ findings, checkedFiles, checkedPassages, problems }: AgentCheckResult): string {
  const found = findings.length === 0 ? 'Nothing found' : `${findings.length} found`;
  return [
    `${found} in ${checkedPassages} comments of ${checkedFiles} files.`,
    ...problems,
    ...findings.map(
      ({ file, line, code, level, confidence, text }) =>
        `${file}:${line} ${level} ${code} (confidence ${confidence.toFixed(2)}): ${oneLine(text)}`,
    ),
  ].join('\n');
}

function hitText(hit: AgentHit): string {
  const place = hit.endLine > hit.line ? `${hit.line}-${hit.endLine}` : String(hit.line);
  const symbol = hit.symbol === undefined ? '' : `, documents ${hit.symbol}`;
  return `${hit.file}:${place} (${hit.kind}${symbol})${labelsText(hit)}\n${hit.text}`;
}

function labelsText({ labels, isDeprecated }: AgentHit): string {
  const shown = labels.length === 0 ? '' : ` [${labels.join(', ')}]`;
  return isDeprecated ? `${shown} (what it documents is deprecated)` : shown;
}

function oneLine(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > 300 ? `${line.slice(0, 299)}…` : line;
}
