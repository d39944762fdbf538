// `embed [--dimensions N]`: JSON lines {"text"} in, {"embedding": [...]} out, unit vectors in the same order.

import { throwIfCancelled } from '../../engine/cancellation.ts';
import { type Command, modelFlags } from '../command.ts';
import { readJsonLines, requireText } from '../inputLines.ts';
import { depthOption, withEngine } from '../openEngine.ts';
import { UsageError } from '../usageError.ts';

export const embedCommand: Command = {
  name: 'embed',
  usage: 'embed',
  summary:
    'Turn texts into unit vectors: JSON lines {"text"} on stdin, {"embedding"} on stdout in the same order',
  details: [
    'Vectors of related texts have a large dot product. A shorter vector is a prefix, normalised again.',
  ],
  flags: [
    { name: 'dimensions', value: 'N', help: 'length of the vectors; default: the longest the model has' },
    ...modelFlags,
  ],
  async run(line, ports) {
    if (line.positionals.length > 0)
      throw new UsageError('embed reads its texts from stdin, not from arguments.');
    const dimensions = line.wholeNumber('dimensions', 1);
    const options = {
      priority: 'background' as const,
      ...depthOption(line),
      ...(dimensions === undefined ? {} : { dimensions }),
    };
    return await withEngine(line, ports, async (engine) => {
      // A wrong folder or length is reported before the first line of input arrives.
      await engine.embed([], options, ports.cancellation);
      for await (const texts of readJsonLines(ports.readStdin(), 256, (one) => requireText(one, 'text'))) {
        throwIfCancelled(ports.cancellation);
        const vectors = await engine.embed(texts, options, ports.cancellation);
        const lines = vectors.map((vector) =>
          JSON.stringify({ embedding: Array.from(vector, shortenFloat) }),
        );
        await ports.stdout.write(`${lines.join('\n')}\n`);
      }
      return 0;
    });
  },
};

/** Eight digits hold all that a 32-bit float does and read half as long as a 64-bit one. */
function shortenFloat(value: number): number {
  return Number(value.toPrecision(8));
}
