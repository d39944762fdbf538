// `fill-mask [-k N]`: JSON lines {"text"} with [MASK] in, {"candidates": [{token, p}]} out, in the same order.

import { throwIfCancelled } from '../../engine/cancellation.ts';
import type { FilledMask } from '../../engine/engine.ts';
import { type Command, modelFlags } from '../command.ts';
import { type InputLine, readJsonLines, rejectArguments, requireText } from '../inputLines.ts';
import { depthOption, withEngine } from '../openEngine.ts';
import { UsageError } from '../usageError.ts';

const maskToken = '[MASK]';
const defaultCount = 5;

export const fillMaskCommand: Command = {
  name: 'fill-mask',
  usage: 'fill-mask [-k N]',
  summary: 'Propose words for a gap: JSON lines {"text"} with [MASK] on stdin, {"candidates"} on stdout',
  details: [
    'candidates holds {"token", "p"}, most probable first. Where a text has several masks it holds one such list per mask.',
  ],
  flags: [
    { name: 'count', short: 'k', value: 'N', help: `candidates per mask; default: ${defaultCount}` },
    ...modelFlags,
  ],
  async run(line, ports) {
    rejectArguments('fill-mask', line.positionals);
    const count = line.wholeNumber('count', 1) ?? defaultCount;
    const options = { priority: 'background' as const, ...depthOption(line), count };
    return await withEngine(line, ports, async (engine) => {
      // A model without this head is reported before the first line of input arrives.
      await engine.fillMasks([], options, ports.cancellation);
      for await (const texts of readJsonLines(ports.readStdin(), 64, toMaskedText)) {
        throwIfCancelled(ports.cancellation);
        const filled = await engine.fillMasks(texts, options, ports.cancellation);
        const lines = filled.map((masks) => JSON.stringify({ candidates: toCandidates(masks) }));
        await ports.stdout.write(`${lines.join('\n')}\n`);
      }
      return 0;
    });
  },
};

function toMaskedText(line: InputLine): string {
  const text = requireText(line, 'text');
  if (!text.includes(maskToken))
    throw new UsageError(`Line ${line.number} of the input has no ${maskToken}.`);
  return text;
}

function toCandidates(masks: readonly FilledMask[]) {
  const lists = masks.map(({ candidates }) =>
    // Most words of a vocabulary are less probable than four decimals can say.
    candidates.map(({ token, probability }) => ({ token, p: Number(probability.toPrecision(4)) })),
  );
  return lists.length === 1 ? lists[0] : lists;
}
