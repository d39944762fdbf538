// `ask QUESTION`: the sentence of the folder that answers, with its place, or `no answer`.

import type { Answer, AnswerResult, WorkspaceIndex } from '../../engine/index/workspaceIndex.ts';
import { type Colors, createColors } from '../colors.ts';
import type { Command } from '../command.ts';
import { roundScore } from '../roundScores.ts';
import { indexFlags, withIndex } from '../search/withIndex.ts';
import { paintSpans } from '../search/writeHits.ts';
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
    return await withIndex(line, ports, async (index: WorkspaceIndex) => {
      const result = await index.ask(question, ports.cancellation);
      if (result.problem !== undefined) await ports.stderr.write(`marginalia: ${result.problem}\n`);
      const colors = createColors(ports);
      await ports.stdout.write(format === 'jsonl' ? toJson(question, result) : toText(result, colors));
      return 0;
    });
  },
};

function toJson(question: string, { answer }: AnswerResult): string {
  if (!answer) return `${JSON.stringify({ question, answer: null })}\n`;
  const { hit, span, sentence, score } = answer;
  return `${JSON.stringify({
    question,
    answer: hit.text.slice(span.start, span.end),
    sentence: hit.text.slice(sentence.start, sentence.end),
    file: hit.file,
    line: hit.line,
    score: roundScore(score),
    labels: hit.labels.map(({ task, name }) => ({ task, name })),
  })}\n`;
}

function toText({ answer }: AnswerResult, colors: Colors): string {
  if (!answer) return 'no answer\n';
  return `${answerLines(answer, colors).join('\n')}\n`;
}

/** The sentence with the answer in bold, then where it stands and how sure the model is. */
function answerLines({ hit, span, sentence, score }: Answer, colors: Colors): readonly string[] {
  const labels = hit.labels.map(({ task, name }) => `${task} ${name}`).join(' · ');
  return [
    paintSpans(hit.text, sentence, [span], colors),
    colors.dim(`${hit.file}:${hit.line}  ${Math.round(score * 100)} %${labels === '' ? '' : `  ${labels}`}`),
  ];
}
