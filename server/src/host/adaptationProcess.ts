// An adaptation inside the process of its own. In: options and a run's folder through ports. Out: events, and the new
// model where it is worth keeping.

import { type AdaptationHost, type AdaptationInput, adapt } from '../engine/adapt.ts';
import { readLines } from '../engine/text/readLines.ts';
import { type AdaptationSettings, defaultAdaptationSettings } from '../engine/training/adaptationSettings.ts';
import { type AdaptationPassage, defaultMaxPassages } from '../engine/training/adaptationTexts.ts';
import { trainingError } from '../engine/trainingMessages.ts';
import type { AdaptationOptions, TrainingEnd } from '../engine/trainingRun.ts';
import { baseName, chosenSettings, createLoopHost, loadState, memoryForRuns } from './trainingLoopHost.ts';
import type { TrainingPorts } from './trainingProcess.ts';

export async function runAdaptation(ports: TrainingPorts, options: AdaptationOptions): Promise<TrainingEnd> {
  const startedMs = ports.now();
  const result = await adapt(await readInput(ports, options), createHost(ports), ports.control);
  if (!result) return { kind: 'cancelled' };
  const { before, after, verdict, outcome, bestEpoch } = result;
  const isKept = verdict.isKept || options.keepWorse === true;
  if (isKept) await ports.writeOutput(options.outputFolder, result.files);
  return {
    kind: 'done',
    outcome,
    bestEpoch,
    metrics: undefined,
    folder: options.outputFolder,
    elapsedMs: Math.round(ports.now() - startedMs),
    adaptation: { before, after, verdict, isKept },
  };
}

async function readInput(ports: TrainingPorts, options: AdaptationOptions): Promise<AdaptationInput> {
  const { labelsFile } = options;
  return {
    files: ports.modelFiles,
    passages: await readPassages(ports.readFile(options.passagesFile)),
    maxPassages: options.maxPassages ?? defaultMaxPassages,
    labels:
      labelsFile === undefined
        ? undefined
        : { fileName: baseName(labelsFile), read: () => ports.readFile(labelsFile) },
    settings: settingsOf(options),
    threads: options.threads ?? ports.defaultThreads,
    memoryBytes: memoryForRuns(ports),
    name: baseName(options.outputFolder),
    dataSource: options.dataSource,
  };
}

async function readPassages(chunks: AsyncIterable<Uint8Array>): Promise<readonly AdaptationPassage[]> {
  const passages: AdaptationPassage[] = [];
  for await (const lines of readLines(chunks)) {
    for (const line of lines) if (line !== '') passages.push(parsePassage(line));
  }
  return passages;
}

/** Our own file: whoever started the run wrote it. */
function parsePassage(line: string): AdaptationPassage {
  const { text, file, symbol } = JSON.parse(line) as Readonly<Record<string, unknown>>;
  if (typeof text === 'string' && typeof file === 'string') {
    return typeof symbol === 'string' ? { text, file, symbol } : { text, file };
  }
  throw trainingError('passagesDamaged', {});
}

function settingsOf(options: AdaptationOptions): AdaptationSettings {
  const defaults = defaultAdaptationSettings;
  return {
    ...chosenSettings(options, defaults),
  };
}

function createHost(ports: TrainingPorts): AdaptationHost {
  return {
    now: ports.now,
    onPlan: (plan) => ports.emit({ kind: 'adapting', plan }),
    onPrepare: (done, total) => ports.emit({ kind: 'preparing', done, total }),
    onPhase: (phase) => ports.emit({ kind: 'phase', phase }),
    onMeasured: (when, measures) => ports.emit({ kind: 'measured', when, measures }),
    training: (phase) => createLoopHost(ports, phase),
    load: (phase) => loadState(ports, phase),
  };
}
