// `model import DIR` and `model export`: complete copies of a model folder, proven before they get their name.
// Import takes any Hugging Face ALBERT folder; export gives 32-bit weights, for Hugging Face transformers.

import { convertModel } from '../../engine/convertModel.ts';
import { EngineError } from '../../engine/errors.ts';
import { silentLogger } from '../../engine/log.ts';
import type { ModelFiles } from '../../engine/model/modelFolder.ts';
import type { ParsedCommandLine } from '../commandLine.ts';
import { modelFolder } from '../openEngine.ts';
import type { CliPorts } from '../ports.ts';
import { UsageError } from '../usageError.ts';

export type Transfer = 'import' | 'export';

export async function transferModel(
  action: Transfer,
  line: ParsedCommandLine,
  ports: CliPorts,
): Promise<number> {
  const [, ...folders] = line.positionals;
  if (action === 'import' && folders.length !== 1) {
    throw new UsageError('model import takes one folder: model import DIR --output DIR.');
  }
  if (action === 'export' && folders.length > 0) {
    throw new UsageError('model export takes no argument; --model names the folder.');
  }
  const given = line.text('output');
  if (given === undefined) throw new UsageError(`model ${action} needs --output DIR, a new folder.`);
  const output = ports.absolutePath(given);
  if (await ports.pathExists(output)) {
    throw new UsageError(`${output} exists already. Choose another --output or remove it.`);
  }
  const from = ports.absolutePath(folders[0] ?? modelFolder(line, ports));
  const usual = action === 'import' ? 'float16' : 'float32';
  const precision = line.oneOf('precision', ['float16', 'float32']) ?? usual;
  const source = ports.modelFiles(from);
  const { files, notes } = await convertModel(source, {
    name: nameOf(output),
    source: nameOf(from),
    precision,
  });
  await requireSameAnswers(source, { displayName: output, read: async (name) => files.get(name) }, ports);
  await ports.writeNewFolder(output, files);
  for (const note of notes) await ports.stderr.write(`${note}\n`);
  await ports.stdout.write(`${output}\n`);
  return 0;
}

const probes = ['Returns the number of bytes that were read.', 'TODO: this is wrong for negative numbers.'];

/** 16 bits round a weight by half a thousandth at most; anything beyond this means that something else changed. */
const leastCosine = 0.999;

async function requireSameAnswers(source: ModelFiles, copy: ModelFiles, ports: CliPorts): Promise<void> {
  const before = await embedProbes(source, ports);
  const now = await embedProbes(copy, ports);
  const cosines = before.map((vector, index) =>
    vector.reduce((sum, value, axis) => sum + value * now[index]![axis]!, 0),
  );
  if (cosines.every((cosine) => cosine >= leastCosine)) return;
  throw new EngineError(
    'modelCorrupt',
    `The copy does not compute what ${source.displayName} computes (cosine ${Math.min(...cosines).toFixed(4)}). Try --precision float32.`,
  );
}

async function embedProbes(files: ModelFiles, ports: CliPorts): Promise<readonly Float32Array[]> {
  const engine = ports.openEngine({ files, device: 'cpu', threads: undefined, logger: silentLogger });
  try {
    return await engine.embed(probes, { priority: 'background' }, ports.cancellation);
  } finally {
    await engine.dispose();
  }
}

function nameOf(folder: string): string {
  return folder.replace(/[/\\]+$/, '').replace(/^.*[/\\]/, '');
}
