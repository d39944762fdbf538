// The card of a fine-tuned model: README.md of its folder, in Markdown. In: what was trained and measured. Out: the text.

import type { ClassificationTask } from '../labels/task.ts';
import type { NamedMetrics } from './metricsByLabel.ts';
import type { TrainedFolderInput } from './trainedFolder.ts';

export function writeTrainedCard(
  input: Omit<TrainedFolderInput, 'measured'> & {
    readonly task: ClassificationTask;
    readonly metrics: NamedMetrics | undefined;
  },
): string {
  const { base, about, task, metrics, result } = input;
  const { settings } = about;
  const parent = base.manifest ? `${base.manifest.name} ${base.manifest.version}` : base.files.displayName;
  return [
    `# ${about.name}`,
    '',
    `Fine-tuned by Marginalia from ${parent} (fingerprint \`${base.fingerprint.slice(0, 16)}\`) for the task \`${task.name}\`:`,
    `${task.kind === 'multiLabel' ? 'any number' : 'one'} of ${task.labels.map(({ name }) => `\`${name}\``).join(', ')}.`,
    '',
    '## Training',
    '',
    `- Data: ${about.dataSource}; ${about.trainingCount} texts, ${about.validationCount} held back, ${about.replayCount} without labels to hold earlier knowledge.`,
    `- ${settings.epochs} epochs (weights of epoch ${result.bestEpoch}), batches of ${settings.batchSize}, learning rate ${settings.learningRate}, warm-up ${settings.warmup}, layer decay ${settings.optimizer.layerDecay}, seed ${settings.seed}, frozen: ${settings.freeze}.`,
    `- The other tasks and the vectors were ${settings.keepTasks > 0 || settings.freeze === 'encoder' ? 'held at what the earlier model says' : 'not held and may have changed'}.`,
    '',
    '## Held-back texts',
    '',
    ...(metrics ? metricsTable(metrics) : ['Nothing was held back, so nothing is known.']),
    '',
    'Temperatures and thresholds were chosen on these same texts, so expect a little less on others.',
    '',
    '## Use',
    '',
    `\`marginalia classify --task ${task.name} --model FOLDER < texts.jsonl\`. In Hugging Face transformers,`,
    `\`AlbertModel.from_pretrained\` loads the encoder; the head is \`heads.${task.name}.classifier\` over the ${task.pooling} of the last layer.`,
    '',
  ].join('\n');
}

function metricsTable(metrics: NamedMetrics): readonly string[] {
  const row = (name: string, { precision, recall, f1 }: NamedMetrics['micro'], support: string) =>
    `| ${name} | ${precision} | ${recall} | ${f1} | ${support} |`;
  return [
    '| label | precision | recall | F1 | texts |',
    '|---|---|---|---|---|',
    ...Object.entries(metrics.labels).map(([name, rates]) => row(name, rates, String(rates.support))),
    row('micro', metrics.micro, ''),
    row('macro', metrics.macro, ''),
    '',
    `Accuracy ${metrics.accuracy}, expected calibration error ${metrics.ece}.`,
  ];
}
