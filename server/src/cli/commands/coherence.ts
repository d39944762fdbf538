// `coherence`: JSON lines {"first", "second"} in, {"inOrder": p} out, in the same order.

import { throwIfCancelled } from '../../engine/cancellation.ts';
import type { TextPair } from '../../engine/engine.ts';
import { type Command, modelFlags } from '../command.ts';
import { type InputLine, readJsonLines, rejectArguments, requireText } from '../inputLines.ts';
import { depthOption, withEngine } from '../openEngine.ts';
import { roundScore } from '../roundScores.ts';

export const coherenceCommand: Command = {
  name: 'coherence',
  usage: 'coherence',
  summary:
    'Judge whether two texts stand in order: JSON lines {"first", "second"} on stdin, {"inOrder"} on stdout',
  details: ['inOrder is the probability that second goes on where first ends, and not the other way round.'],
  flags: modelFlags,
  async run(line, ports) {
    rejectArguments('coherence', line.positionals);
    const options = { priority: 'background' as const, ...depthOption(line) };
    return await withEngine(line, ports, async (engine) => {
      // A model without this head is reported before the first line of input arrives.
      await engine.coherence([], options, ports.cancellation);
      for await (const pairs of readJsonLines(ports.readStdin(), 256, toPair)) {
        throwIfCancelled(ports.cancellation);
        const answers = await engine.coherence(pairs, options, ports.cancellation);
        const lines = answers.map((inOrder) => JSON.stringify({ inOrder: roundScore(inOrder) }));
        await ports.stdout.write(`${lines.join('\n')}\n`);
      }
      return 0;
    });
  },
};

function toPair(line: InputLine): TextPair {
  return { first: requireText(line, 'first'), second: requireText(line, 'second') };
}
