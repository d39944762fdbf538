// Station 7: from labelled passages to what a person should look at. Pure.
// In: a source, all its labelled passages, the model's tasks, the user's rules. Out: findings in source order.

import type { ClassificationTask, LabelScores, TaskSet } from '../labels/task.ts';
import type { Passage } from '../passages/passage.ts';
import { toSourceSpan } from '../text/mappedText.ts';
import type { SourceFile } from '../text/sourceFile.ts';
import type { Span } from '../text/span.ts';
import type { Finding, FindingCode, FindingRules, PassageVerdict } from './finding.ts';
import { type FindingGate, type FindingSource, findingSources } from './findingSources.ts';
import { isSilenced, readIgnoreMarkers } from './ignoreMarkers.ts';
import { looksLikeCode } from './looksLikeCode.ts';
import { deprecationStatement, namesAlternative } from './namesAlternative.ts';

export interface FindingsRequest {
  readonly file: SourceFile;
  /** All passages of the file in source order: ignore markers in one passage speak about others. */
  readonly labelled: readonly LabelledInput[];
  readonly tasks: TaskSet;
  readonly rules: FindingRules;
  /** Codes that are silent in the whole folder; see `readFolderMarkers`. */
  readonly silenced?: readonly FindingCode[];
}

export interface LabelledInput {
  readonly passage: Passage;
  readonly scores: readonly LabelScores[];
  /** Absent where nobody said anything. */
  readonly verdict?: PassageVerdict;
}

/** At most one finding of each code per passage. */
export function toFindings(request: FindingsRequest): readonly Finding[] {
  const { file, labelled, rules } = request;
  const markers = readIgnoreMarkers(
    file.text,
    labelled.map((one) => one.passage),
  );
  const findings: Finding[] = [];
  for (const [index, input] of labelled.entries()) {
    const { passage, verdict } = input;
    if (verdict?.isAccurate) continue;
    for (const source of findingSources) {
      const rule = rules[source.code];
      if (rule.level === 'off' || !source.kinds.includes(passage.kind)) continue;
      const evidence = strongestEvidence(source, input, request);
      if (evidence === undefined || evidence.score < rule.minimumScore) continue;
      if (source.gate !== undefined && !passesGate(source.gate, evidence, passage, file)) continue;
      if (verdict?.silenced.includes(source.code) || request.silenced?.includes(source.code)) continue;
      const place = { passageIndex: index, code: source.code, offset: evidence.span.start };
      if (isSilenced(markers, place)) continue;
      const { span, score, label, reason, author } = evidence;
      findings.push({
        code: source.code,
        level: rule.level,
        span,
        score,
        label,
        message: `${source.message} (${reason}).`,
        ...(author !== undefined && { author }),
      });
    }
  }
  return findings;
}

interface Evidence {
  readonly span: Span;
  readonly score: number;
  /** `debt/design`, or `tag/deprecated`. */
  readonly label: string;
  /** The part of the message that says why: `Design debt, 87 % sure`. */
  readonly reason: string;
  /** Who chose the label, where it was a person. */
  readonly author: string | undefined;
}

function strongestEvidence(
  source: FindingSource,
  { passage, scores, verdict }: LabelledInput,
  { tasks, file: { text } }: FindingsRequest,
): Evidence | undefined {
  const tag = passage.tags.find((one) => source.tags.includes(one.name));
  if (tag) {
    const reason = `marked with the tag ${tag.name}`;
    return { span: tag.span, score: 1, label: `tag/${tag.name}`, reason, author: undefined };
  }
  const task = tasks.tasks.find(
    (one): one is ClassificationTask => one.name === source.task && 'labels' in one,
  );
  const taskScores = scores.find((one) => one.task === source.task);
  if (!task || !taskScores) return undefined;

  const raising = task.labels
    .map((label, index) => ({ label, probability: taskScores.probabilities[index] ?? 0 }))
    .filter(({ label }) => raises(source, label.name));
  const predicted = raising.filter(({ label }) => taskScores.predicted.includes(label.name));
  const best = maximumBy(predicted, (one) => one.probability);
  if (!best) return undefined;
  // Labels of a single-label task exclude each other, so together they say how sure the finding itself is.
  const score =
    task.kind === 'singleLabel'
      ? Math.min(
          1,
          raising.reduce((sum, one) => sum + one.probability, 0),
        )
      : best.probability;
  const author = verdict?.authors[task.name];
  const sureness = author === undefined ? `${Math.round(score * 100)} % sure` : labelledBy(author);
  return {
    span: placeInPassage(source, passage, text),
    score,
    label: `${task.name}/${best.label.name}`,
    reason: `${best.label.title.en}, ${sureness}`,
    author,
  };
}

/** From the word that gives it away to the end of its line; underlining thirty lines for one word helps nobody. */
function placeInPassage(source: FindingSource, passage: Passage, text: string): Span {
  const match = source.anchor?.exec(passage.text.value);
  const word =
    match && toSourceSpan(passage.text, { start: match.index, end: match.index + match[0].length });
  if (!word) return passage.span;
  const [line] = /^[^\r\n]*/.exec(text.slice(word.end, passage.span.end))!;
  return { start: word.start, end: word.end + line.trimEnd().replace(closingMarker, '').trimEnd().length };
}

/** What ends a comment on the line of its last word, in any language. */
const closingMarker = /(?:\*\/|--!?>|\]\]|-\}|\*\)|"""|'''|%\})$/;

function raises(source: FindingSource, label: string): boolean {
  return 'only' in source.labels ? source.labels.only.includes(label) : !source.labels.except.includes(label);
}

function labelledBy(author: string): string {
  return author === '' ? 'labelled by your team' : `labelled by ${author}`;
}

/** The shape of the text is a second judge beside the model; where a person has judged, none is needed. */
function passesGate(gate: FindingGate, evidence: Evidence, passage: Passage, file: SourceFile): boolean {
  return (evidence.author !== undefined && gate === 'looksLikeCode') || gates[gate](passage, file);
}

const gates: Readonly<Record<FindingGate, (passage: Passage, file: SourceFile) => boolean>> = {
  looksLikeCode: (passage, file) => looksLikeCode(passage, file.text),
  namesNoAlternative: (passage, file) => !namesAlternative(deprecationStatement(passage, file.text)),
};

function maximumBy<T>(items: readonly T[], weigh: (item: T) => number): T | undefined {
  return items.reduce<T | undefined>(
    (best, item) => (best && weigh(best) >= weigh(item) ? best : item),
    undefined,
  );
}
