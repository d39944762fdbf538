// `model info|verify|import|export`: what a model folder holds, whether it is whole, and copies of it.

import type { DeviceTrial, Engine, ModelInfo, PrecisionCheck } from '../../engine/engine.ts';
import { verifyModelFiles } from '../../engine/engine.ts';
import { EngineError } from '../../engine/errors.ts';
import type { Task } from '../../engine/labels/task.ts';
import { type Command, modelFlags } from '../command.ts';
import type { ParsedCommandLine } from '../commandLine.ts';
import { modelFolder, withEngine } from '../openEngine.ts';
import type { CliPorts } from '../ports.ts';
import { UsageError } from '../usageError.ts';
import { transferModel } from './modelTransfer.ts';

export const modelCommand: Command = {
  name: 'model',
  usage: 'model info|verify|import DIR|export',
  summary: 'Show what a model folder holds, check that it is whole and runs, or make a copy of it',
  details: [
    'verify prints one line per problem and exits with 2 if there is any.',
    'import DIR takes any Hugging Face ALBERT folder; export writes one for Hugging Face transformers.',
  ],
  flags: [
    { name: 'format', value: 'FORMAT', help: 'info, verify: text or json; default: text' },
    { name: 'output', value: 'DIR', help: 'import, export: the new folder; must not exist' },
    {
      name: 'precision',
      value: 'NAME',
      help: 'import, export: float16 (default of import) or float32 (default of export)',
    },
    ...modelFlags,
  ],
  async run(line, ports) {
    const [action, ...rest] = line.positionals;
    if (action === 'import' || action === 'export') return await transferModel(action, line, ports);
    if (rest.length > 0) throw new UsageError(`model ${action} takes no argument; --model names the folder.`);
    const format = line.oneOf('format', ['text', 'json']) ?? 'text';
    if (action === 'info') return await showInfo(line, ports, format);
    if (action === 'verify') return await verify(line, ports, format);
    throw new UsageError('model needs one of: info, verify, import, export.');
  },
};

async function showInfo(line: ParsedCommandLine, ports: CliPorts, format: 'text' | 'json'): Promise<number> {
  const { info, devices, precision } = await withEngine(line, ports, async (engine) => ({
    info: await engine.modelInfo(),
    devices: await engine.checkDevices(),
    precision: await engine.checkPrecision(),
  }));
  const folder = modelFolder(line, ports);
  const text =
    format === 'json'
      ? `${JSON.stringify({ folder, ...info, devices, precision }, null, 2)}\n`
      : infoText(folder, { info, devices, precision });
  await ports.stdout.write(text);
  return 0;
}

interface ModelReport {
  readonly info: ModelInfo;
  readonly devices: readonly DeviceTrial[];
  readonly precision: PrecisionCheck;
}

function infoText(folder: string, { info, devices, precision }: ModelReport): string {
  const total = Object.values(info.parameters).reduce((sum, count) => sum + count, 0);
  const { manifest, tasks } = info;
  const rows: [string, string][] = [
    ['model', `${info.name} ${info.version}`],
    ['folder', folder],
    ['fingerprint', info.fingerprint],
    ['licence', manifest?.licence ?? 'not stated'],
    ['size', `${(info.sizeBytes / 1e6).toFixed(1)} MB`],
    ['parameters', total.toLocaleString('en')],
    ...Object.entries(info.parameters).map(([part, count]): [string, string] => [
      `  ${part}`,
      count.toLocaleString('en'),
    ]),
    ['depths', `${tasks.depths.join(', ')} (default ${tasks.defaultDepth})`],
    ['tokens', `at most ${tasks.maxTokens}`],
    ['device', `${info.device.name}: ${info.device.reason}`],
    ...devices.map(({ device, passed, reason }): [string, string] => [
      `  ${device}`,
      `${passed ? 'passed, reads much at a time' : 'not used'}: ${reason}`,
    ]),
    ['threads', String(info.threads)],
    ['index in', `${precision.precision}: ${precision.reason}`],
    ...precision.trials.map((trial): [string, string] => [
      `  ${trial.precision}`,
      `${trial.passed ? 'passed' : 'refused'}: cosine at least ${trial.smallestCosine.toFixed(4)}, on average ${trial.meanCosine.toFixed(4)}; F1 ${signed(-trial.f1DropPoints)} points; ${trial.speedup.toFixed(2)} times as fast as float32`,
    ]),
  ];
  for (const task of tasks.tasks) {
    rows.push([`task ${task.name}`, `${task.kind}: ${taskContent(task)}`]);
  }
  for (const source of manifest?.dataSources ?? [])
    rows.push(['data', `${source.name} (${source.licence}): ${source.use}`]);
  for (const [name, value] of Object.entries(manifest?.metrics ?? {}))
    rows.push([`metric ${name}`, JSON.stringify(value)]);
  const width = Math.max(...rows.map(([name]) => name.length)) + 2;
  return rows.map(([name, value]) => `${name.padEnd(width)}${value}\n`).join('');
}

/** `signed(0.1)` is `+0.10`. */
function signed(value: number): string {
  return `${value < 0 ? '' : '+'}${value.toFixed(2)}`;
}

function taskContent(task: Task): string {
  switch (task.kind) {
    case 'singleLabel':
    case 'multiLabel':
      return (
        task.labels.map((label) => label.name).join(', ') + (task.input === 'pair' ? ' (of a pair)' : '')
      );
    case 'embedding':
      return task.dimensions.join(', ');
    case 'span':
      return `where a text answers a question, from a score of ${task.threshold}`;
    case 'order':
      return 'whether two texts stand in order';
  }
}

async function verify(line: ParsedCommandLine, ports: CliPorts, format: 'text' | 'json'): Promise<number> {
  const folder = modelFolder(line, ports);
  const problems = [...(await verifyModelFiles(ports.modelFiles(folder)))];
  if (problems.length === 0) problems.push(...(await tryModel(line, ports)));
  const text =
    format === 'json'
      ? `${JSON.stringify({ folder, ok: problems.length === 0, problems }, null, 2)}\n`
      : problems.length === 0
        ? `${folder}: ok\n`
        : problems.map((problem) => `${problem}\n`).join('');
  await ports.stdout.write(text);
  return problems.length === 0 ? 0 : 2;
}

/** Right checksums do not prove that a model loads and computes. */
async function tryModel(line: ParsedCommandLine, ports: CliPorts): Promise<readonly string[]> {
  try {
    return await withEngine(line, ports, async (engine) => {
      const { tasks } = await engine.modelInfo();
      const broken: string[] = [];
      for (const task of tasks.tasks) {
        const values = await runTask(task, engine, ports);
        if (!values?.every(Number.isFinite))
          broken.push(`The task ${task.name} gives numbers that are not finite.`);
      }
      return broken;
    });
  } catch (error) {
    if (error instanceof EngineError) return [error.message];
    throw error;
  }
}

async function runTask(
  task: Task,
  engine: Engine,
  { cancellation }: CliPorts,
): Promise<Float32Array | undefined> {
  const options = { priority: 'background' as const };
  switch (task.kind) {
    case 'singleLabel':
    case 'multiLabel': {
      const input = { text: probe, ...(task.input === 'pair' && { context: probe }) };
      return (await engine.classify(task.name, [input], options, cancellation))[0]?.probabilities;
    }
    case 'embedding':
      return (await engine.embed([probe], options, cancellation))[0];
    case 'span': {
      const question = { question: 'What does it return?', context: probe };
      return Float32Array.from(await engine.answer([question], options, cancellation), ({ score }) => score);
    }
    case 'order':
      return Float32Array.from(
        await engine.coherence([{ first: probe, second: probe }], options, cancellation),
      );
  }
}

const probe = 'Returns the number of bytes that were read.';
