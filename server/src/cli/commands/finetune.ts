// `finetune`: a file of labelled texts → a model folder. The training runs in a process of its own; this command shows
// what it reports, and stops it on Ctrl+C. Started again with the same words, it goes on where it was interrupted.

import type { TrainingEnd, TrainingOptions } from '../../engine/trainingRun.ts';
import { type Command, modelFlags, recomputeChoices, recomputeFlag } from '../command.ts';
import type { ParsedCommandLine } from '../commandLine.ts';
import { modelFolder } from '../openEngine.ts';
import type { CliPorts } from '../ports.ts';
import { readOutputFolder, train } from '../showTraining.ts';
import { UsageError } from '../usageError.ts';

export const finetuneCommand: Command = {
  name: 'finetune',
  usage: 'finetune --train FILE --task NAME --output DIR',
  summary: 'Train the model on labelled texts and write a new model folder',
  details: [
    'FILE holds JSON lines {"text", "context"?, "labels": [...]}; a single "label" is fine too.',
    'Any set of labels works: a new task gets a new head, a task the model has learns on.',
    'Interrupted? Repeat the command: it goes on and gives the same model.',
  ],
  flags: [
    { name: 'train', value: 'FILE', help: 'labelled texts to learn from' },
    { name: 'validation', value: 'FILE', help: 'labelled texts to measure by; default: a part of --train' },
    { name: 'task', value: 'NAME', help: 'name of the question that the labels answer' },
    { name: 'output', value: 'DIR', help: 'where the new model goes; must not exist' },
    {
      name: 'kind',
      value: 'KIND',
      help: 'single or multi: labels per text; default: as the texts have them',
    },
    { name: 'epochs', value: 'N', help: 'how often every text is seen' },
    { name: 'batch-size', value: 'N', help: 'texts per step' },
    { name: 'learning-rate', value: 'X', help: 'greatest step size' },
    { name: 'warmup', value: 'X', help: 'share of the steps in which the learning rate rises, 0 to 1' },
    {
      name: 'layer-decay',
      value: 'X',
      help: 'each group of layers learns X times as fast as the one above it; default: 1',
    },
    {
      name: 'shallow',
      value: 'X',
      help: 'what --depth 3 or 4 counts beside full depth, 0 to 1; default: 0.25; 0 is best at full depth',
    },
    { name: 'seed', value: 'N', help: 'decides everything random; default: 1' },
    { name: 'freeze', value: 'PART', help: 'none (default), embeddings, or encoder: train the head alone' },
    { name: 'lora', value: 'RANK', help: 'train low-rank adapters of the attention, merged at the end' },
    { name: 'lora-ffn', value: undefined, help: 'with --lora: adapters of the feed-forward matrices too' },
    recomputeFlag,
    { name: 'replay', value: 'FILE', help: 'JSON lines {"text"}: texts on which old tasks are kept' },
    { name: 'forget', value: undefined, help: 'do not keep what the model knew; quicker' },
    { name: 'max-rows', value: 'N', help: 'of a larger file, a sample of at most so many texts is used' },
    ...modelFlags.filter(({ name }) => name === 'model' || name === 'threads'),
  ],
  async run(line, ports) {
    if (line.positionals.length > 0) throw new UsageError('finetune takes flags only; see finetune --help.');
    const options = await readOptions(line, ports);
    return await train(options, ports, async (end) => {
      await ports.stdout.write(`${JSON.stringify(resultOf(end, options))}\n`);
    });
  },
};

async function readOptions(line: ParsedCommandLine, ports: CliPorts): Promise<TrainingOptions> {
  const required = (flag: string, value: string) => {
    const given = line.text(flag);
    if (given === undefined) throw new UsageError(`finetune needs --${flag} ${value}.`);
    return given;
  };
  const file = (name: string) => ports.absolutePath(name);
  const outputFolder = await readOutputFolder('finetune', line, ports);
  checkAdapters(line);
  const kind = line.oneOf('kind', ['single', 'multi']);
  const optional = <K extends keyof TrainingOptions>(key: K, value: TrainingOptions[K] | undefined) =>
    value === undefined ? {} : { [key]: value };
  return {
    trainFile: file(required('train', 'FILE')),
    ...optional('validationFile', mapped(line.text('validation'), file)),
    ...optional('replayFile', mapped(line.text('replay'), file)),
    task: required('task', 'NAME'),
    modelFolder: file(modelFolder(line, ports)),
    outputFolder,
    ...optional('kind', kind && (kind === 'single' ? 'singleLabel' : 'multiLabel')),
    ...optional('epochs', line.wholeNumber('epochs', 1)),
    ...optional('batchSize', line.wholeNumber('batch-size', 1)),
    ...optional('learningRate', line.number('learning-rate', { above: 0, most: 1 })),
    ...optional('warmup', line.number('warmup', { least: 0, most: 1 })),
    ...optional('layerDecay', line.number('layer-decay', { above: 0, most: 1 })),
    ...optional('shallowWeight', line.number('shallow', { least: 0, most: 1 })),
    ...optional('seed', line.wholeNumber('seed', 0)),
    ...optional('freeze', line.oneOf('freeze', ['none', 'embeddings', 'encoder'])),
    ...optional('adapterRank', line.wholeNumber('lora', 1)),
    ...(line.isSet('lora-ffn') ? { adaptFeedForward: true } : {}),
    ...optional('recompute', line.oneOf('recompute', recomputeChoices)),
    ...(line.isSet('forget') ? { keepTasks: false } : {}),
    ...optional('maxRows', line.wholeNumber('max-rows', 4)),
    ...optional('threads', line.wholeNumber('threads', 1)),
  };
}

function checkAdapters(line: ParsedCommandLine): void {
  if (line.isSet('lora-ffn') && line.text('lora') === undefined) {
    throw new UsageError('--lora-ffn widens --lora. Add --lora RANK, such as 8.');
  }
  if (line.text('lora') !== undefined && line.text('freeze') !== undefined) {
    throw new UsageError('--lora trains adapters on a frozen model; leave --freeze out.');
  }
}

function mapped<T, R>(value: T | undefined, map: (value: T) => R): R | undefined {
  return value === undefined ? undefined : map(value);
}

function resultOf(end: Extract<TrainingEnd, { kind: 'done' }>, { task }: TrainingOptions) {
  return {
    model: end.folder,
    task,
    outcome: end.outcome,
    bestEpoch: end.bestEpoch,
    seconds: Math.round(end.elapsedMs / 100) / 10,
    validation: end.metrics ?? null,
  };
}
