// `adapt`: the passages of a folder → a model that knows their language, kept if it is no worse. The training runs in a
// process of its own; started again with the same words, it goes on where it was interrupted, on the same passages.

import { describeMeasures, describeReason } from '../../engine/adaptationText.ts';
import { measureAdaptation } from '../../engine/adaptationTime.ts';
import type { AdaptationOptions, AdaptationSummary, TrainingEnd } from '../../engine/trainingRun.ts';
import { type Command, modelFlags, recomputeChoices, recomputeFlag } from '../command.ts';
import type { ParsedCommandLine } from '../commandLine.ts';
import { modelFolder } from '../openEngine.ts';
import type { CliPorts } from '../ports.ts';
import { scanFiles } from '../scan/scanFiles.ts';
import { readOutputFolder, runFolderOf, train, whileRunning } from '../showTraining.ts';
import { duration } from '../trainingText.ts';
import { UsageError } from '../usageError.ts';

export const adaptCommand: Command = {
  name: 'adapt',
  usage: 'adapt [FOLDER] --output DIR',
  summary: 'Train the model on the comments and docs of a folder, without labels',
  details: [
    'The model learns to guess hidden words of the passages and to tell the order of two parts, and goes on saying',
    'what it said before about labels and vectors. Passages that it does not learn from tell what it was worth.',
    'The new model is written only if it finds comments and labels them no worse than the one before.',
    'Interrupted? Repeat the command: it goes on and gives the same model.',
    'With --dry-run it begins on a few passages, says how long all of them would take here, and leaves nothing.',
  ],
  flags: [
    { name: 'output', value: 'DIR', help: 'where the new model goes; must not exist' },
    {
      name: 'labels',
      value: 'FILE',
      help: 'labelled texts to measure by; default: .marginalia/labels.jsonl of FOLDER',
    },
    { name: 'dry-run', value: undefined, help: 'only measure how long it would take on this machine' },
    { name: 'keep-worse', value: undefined, help: 'write the new model even if it is worse' },
    { name: 'max-passages', value: 'N', help: 'of a larger folder, whole files are left out; default: 6000' },
    { name: 'epochs', value: 'N', help: 'how often every passage is seen; default: by their number' },
    { name: 'batch-size', value: 'N', help: 'texts per step' },
    { name: 'learning-rate', value: 'X', help: 'greatest step size' },
    { name: 'warmup', value: 'X', help: 'share of the steps in which the learning rate rises, 0 to 1' },
    { name: 'seed', value: 'N', help: 'decides everything random; default: 1' },
    recomputeFlag,
    ...modelFlags.filter(({ name }) => name === 'model' || name === 'threads'),
  ],
  async run(line, ports) {
    if (line.positionals.length > 1) throw new UsageError('adapt takes one folder; see adapt --help.');
    const root = ports.absolutePath(line.positionals[0] ?? '.');
    if (!(await ports.isFolder(root)))
      throw new UsageError(`${root} is no folder. Name one with source files.`);
    const outputFolder = await readOutputFolder('adapt', line, ports);
    const isTrial = line.isSet('dry-run');
    const runFolder = isTrial ? `${outputFolder}.trial` : runFolderOf(outputFolder);
    const passagesFile = `${runFolder}/passages.jsonl`;
    const options = await readOptions(line, ports, { root, outputFolder, passagesFile });
    await preparePassages(root, { runFolder, passagesFile }, ports);
    if (isTrial) return await showTime(options, runFolder, ports);
    return await train(options, ports, async (end) => {
      await ports.stderr.write(summaryText(end.adaptation!));
      await ports.stdout.write(`${JSON.stringify(resultOf(end, end.adaptation!))}\n`);
    });
  },
};

/** Takes some seconds; what was measured goes to both outputs, for people and for programs. */
async function showTime(options: AdaptationOptions, folder: string, ports: CliPorts): Promise<number> {
  let stopWatching = (): void => {};
  const found = await measureAdaptation(ports.training, options, {
    folder,
    outputFolder: options.outputFolder,
    now: ports.now,
    onRun: (run) => {
      stopWatching = whileRunning(run, ports);
    },
  }).finally(() => stopWatching());
  if ('kind' in found) {
    if (found.kind === 'failed') throw new UsageError(found.message);
    return 130;
  }
  const { seconds, tokensPerSecond, passages, epochs } = found;
  await ports.stderr.write(
    `About ${duration(1000 * seconds)} on this machine: ${passages} different passages, ${epochs} epochs, ${tokensPerSecond.toLocaleString('en')} tokens/s. Nothing was written.\n`,
  );
  await ports.stdout.write(`${JSON.stringify({ seconds, tokensPerSecond, passages, epochs })}\n`);
  return 0;
}

async function readOptions(
  line: ParsedCommandLine,
  ports: CliPorts,
  places: { readonly root: string; readonly outputFolder: string; readonly passagesFile: string },
): Promise<AdaptationOptions> {
  const { root, outputFolder, passagesFile } = places;
  const optional = <K extends keyof AdaptationOptions>(key: K, value: AdaptationOptions[K] | undefined) =>
    value === undefined ? {} : { [key]: value };
  return {
    passagesFile,
    ...optional('labelsFile', await findLabels(line, root, ports)),
    modelFolder: ports.absolutePath(modelFolder(line, ports)),
    outputFolder,
    dataSource: `comments and docs of ${root.replace(/^.*[/\\]/, '')}`,
    ...optional('epochs', line.wholeNumber('epochs', 1)),
    ...optional('batchSize', line.wholeNumber('batch-size', 1)),
    ...optional('learningRate', line.number('learning-rate', { above: 0, most: 1 })),
    ...optional('warmup', line.number('warmup', { least: 0, most: 1 })),
    ...optional('seed', line.wholeNumber('seed', 0)),
    ...optional('maxPassages', line.wholeNumber('max-passages', 1)),
    ...optional('recompute', line.oneOf('recompute', recomputeChoices)),
    ...(line.isSet('keep-worse') ? { keepWorse: true } : {}),
    ...optional('threads', line.wholeNumber('threads', 1)),
  };
}

async function findLabels(
  line: ParsedCommandLine,
  root: string,
  ports: CliPorts,
): Promise<string | undefined> {
  const given = line.text('labels');
  if (given === undefined) return (await ports.findLabels(root))?.location;
  const file = ports.absolutePath(given);
  if (!(await ports.pathExists(file))) throw new UsageError(`${file} does not exist. Correct --labels.`);
  return file;
}

/** An interrupted run goes on with the passages that it began with, whatever happened in the folder since. */
async function preparePassages(
  root: string,
  { runFolder, passagesFile }: { readonly runFolder: string; readonly passagesFile: string },
  ports: CliPorts,
): Promise<void> {
  const known = await ports.training.read(runFolder);
  if (known?.status === 'running' || known?.status === 'interrupted') return;
  if (known) await ports.training.remove(runFolder);
  const lines: string[] = [];
  const wanted = {
    roots: [root],
    engine: undefined,
    work: { priority: 'background' } as const,
    isWanted: () => true,
  };
  for await (const file of scanFiles(wanted, ports)) {
    if (file.kind === 'skipped') continue;
    for (const { passage } of file.labelled) {
      const symbol = passage.symbol?.name;
      lines.push(
        JSON.stringify({
          text: passage.text.value,
          file: file.path.slice(root.length).replace(/^[/\\]+/, ''),
          ...(symbol === undefined ? {} : { symbol }),
        }),
      );
    }
  }
  await ports.writeTextFile(passagesFile, `${lines.join('\n')}\n`);
}

function summaryText({ before, after, verdict, isKept }: AdaptationSummary): string {
  const lines = describeMeasures(before, after, verdict).map((one) => `  ${one}`);
  const reasons = verdict.reasons.map(describeReason).join('; ');
  const decision = verdict.isKept
    ? 'Nothing got worse: the new model is written.'
    : isKept
      ? `It got worse (${reasons}) and is written because of --keep-worse.`
      : `Not written: ${reasons}. The model before stays as it is; --keep-worse writes the new one anyway.`;
  return `On passages and labels that nothing was learned from, before → after:\n${lines.join('\n')}\n${decision}\n`;
}

function resultOf(end: Extract<TrainingEnd, { kind: 'done' }>, adaptation: AdaptationSummary) {
  const { before, after, verdict, isKept } = adaptation;
  return {
    model: isKept ? end.folder : null,
    kept: isKept,
    reasons: verdict.reasons.map(describeReason),
    outcome: end.outcome,
    bestEpoch: end.bestEpoch,
    seconds: Math.round(end.elapsedMs / 100) / 10,
    before,
    after,
    agreement: verdict.agreement,
  };
}
