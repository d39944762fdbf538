// `answer`: JSON lines {"question", "context"} in, {"answer", "start", "end", "score"} out, in the same order.

import { throwIfCancelled } from '../../engine/cancellation.ts';
import type { Question } from '../../engine/engine.ts';
import { type Command, modelFlags } from '../command.ts';
import { type InputLine, readJsonLines, rejectArguments, requireText } from '../inputLines.ts';
import { depthOption, withEngine } from '../openEngine.ts';
import { roundScore } from '../roundScores.ts';

export const answerCommand: Command = {
  name: 'answer',
  usage: 'answer',
  summary:
    'Answer questions from a text: JSON lines {"question", "context"} on stdin, {"answer", "start", "end", "score"} on stdout',
  details: [
    'An answer is a verbatim part of its context, from start to end (UTF-16, half open); null where the context does not say.',
  ],
  flags: modelFlags,
  async run(line, ports) {
    rejectArguments('answer', line.positionals);
    const options = { priority: 'background' as const, ...depthOption(line) };
    return await withEngine(line, ports, async (engine) => {
      // A model without this head is reported before the first line of input arrives.
      await engine.answer([], options, ports.cancellation);
      for await (const questions of readJsonLines(ports.readStdin(), 64, toQuestion)) {
        throwIfCancelled(ports.cancellation);
        const answers = await engine.answer(questions, options, ports.cancellation);
        const lines = answers.map(({ span, score }, index) =>
          JSON.stringify({
            answer: span ? questions[index]!.context.slice(span.start, span.end) : null,
            start: span?.start ?? null,
            end: span?.end ?? null,
            score: roundScore(score),
          }),
        );
        await ports.stdout.write(`${lines.join('\n')}\n`);
      }
      return 0;
    });
  },
};

function toQuestion(line: InputLine): Question {
  return { question: requireText(line, 'question'), context: requireText(line, 'context') };
}
