// `ask QUESTION`: the sentence of the folder that answers, with its place, or `no answer`.

import { noAnswerText } from '../../../../protocol/noAnswerText.ts';
import type { Answer, AnswerResult, WorkspaceIndex } from '../../engine/index/workspaceIndex.ts';
import { type Colors, createColors } from '../colors.ts';
import type { Command } from '../command.ts';
import { roundScore } from '../roundScores.ts';
import { indexFlags, withIndex } from '../search/withIndex.ts';
import { hitLines, hitObject, paintSpans } from '../search/writeHits.ts';
import { UsageError } from '../usageError.ts';

const formats = ['text', 'jsonl'] as const;

export const askCommand: Command = {
  name: 'ask',
  usage: 'ask QUESTION',
  summary: 'Answer a question with a sentence of the comments and documentation, and say where it stands',
  details: [
    'The answer is always a verbatim part of a passage. Where no passage says it, that is the answer.',
  ],
  flags: [{ name: 'format', value: 'FORMAT', help: `${formats.join(', ')}; default: text` }, ...indexFlags],
  async run(line, ports) {
    const format = line.oneOf('format', formats) ?? 'text';
    const question = line.positionals.join(' ');
    if (question.trim() === '')
      throw new UsageError('ask needs a QUESTION, as in marginalia ask "when are uploads retried?".');
    return await withIndex(line, ports, { mayBeOld: true }, async (index: WorkspaceIndex) => {
      const result = await index.ask(question, ports.cancellation);
      const colors = createColors(ports);
      const told = format === 'jsonl' ? [] : explain(result, colors, ports.stdout.columns);
      if (result.problem !== undefined) await ports.stderr.write(`marginalia: ${result.problem}\n`);
      await ports.stdout.write(format === 'jsonl' ? toJson(question, result) : toText(result, colors));
      if (told.length > 0) await ports.stderr.write(`${told.join('\n')}\n`);
      return 0;
    });
  },
};

function toJson(question: string, { answer, none, read }: AnswerResult): string {
  if (!answer) {
    const nearest = read.slice(0, nearestCount).map(hitObject);
    const surest = none?.surest === undefined ? undefined : roundScore(none.surest);
    const reason = none && { ...none, surest };
    return `${JSON.stringify({ question, answer: null, reason, nearest })}\n`;
  }
  const { hit, span, sentence, source, score } = answer;
  return `${JSON.stringify({
    question,
    answer: hit.text.slice(span.start, span.end),
    sentence: hit.text.slice(sentence.start, sentence.end),
    file: hit.file,
    line: source?.line ?? hit.line,
    column: source?.column,
    endLine: source?.endLine,
    endColumn: source?.endColumn,
    score: roundScore(score),
    labels: hit.labels.map(({ task, name }) => ({ task, name })),
    isDeprecated: hit.isDeprecated,
  })}\n`;
}

function toText({ answer }: AnswerResult, colors: Colors): string {
  if (!answer) return 'no answer\n';
  return `${answerLines(answer, colors).join('\n')}\n`;
}

/** The sentence with the answer in bold, then where it stands and how sure the model is. */
function answerLines({ hit, span, sentence, source, score }: Answer, colors: Colors): readonly string[] {
  const labels = hit.labels.map(({ task, name }) => `${task} ${name}`).join(' · ');
  const line = source?.line ?? hit.line;
  return [
    paintSpans(hit.text, sentence, [span], colors),
    colors.dim(`${hit.file}:${line}  ${Math.round(score * 100)} %${labels === '' ? '' : `  ${labels}`}`),
    ...(hit.isDeprecated ? [colors.yellow('What it documents is deprecated.')] : []),
  ];
}

/** As many as one looks through at once. */
const nearestCount = 3;

/** Why there is no answer, and what comes nearest: messages, as the answer is that there is none. */
function explain({ none, read }: AnswerResult, colors: Colors, columns: number): readonly string[] {
  if (!none) return [];
  const nearest = read.slice(0, nearestCount).flatMap((hit) => ['', ...hitLines(hit, colors, columns)]);
  return [noAnswerText(none), ...(nearest.length > 0 ? ['Nearest passages:', ...nearest] : [])];
}
