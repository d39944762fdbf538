// `evaluate`: labelled texts and a model → one JSON object that says how often the model is right.

import { throwIfCancelled } from '../../engine/cancellation.ts';
import { evaluateTask } from '../../engine/evaluateTask.ts';
import { type Command, modelFlags } from '../command.ts';
import { depthOption, withEngine } from '../openEngine.ts';
import { createProgress } from '../progress.ts';
import { UsageError } from '../usageError.ts';

export const evaluateCommand: Command = {
  name: 'evaluate',
  usage: 'evaluate --test FILE --task NAME',
  summary: 'Compare what the model says with labelled texts and print one JSON object',
  details: [
    'FILE holds JSON lines {"text", "context"?, "labels": [...]}; a single "label" is fine too.',
    'confusion is as scikit-learn gives it, in the order of labelOrder; ece is the calibration error over 15 bins.',
  ],
  flags: [
    { name: 'test', value: 'FILE', help: 'labelled texts that the model was not trained on' },
    { name: 'task', value: 'NAME', help: 'the question that the labels answer' },
    ...modelFlags,
  ],
  async run(line, ports) {
    const file = line.text('test');
    const task = line.text('task');
    if (file === undefined || task === undefined)
      throw new UsageError('evaluate needs --test FILE and --task NAME.');
    if (line.positionals.length > 0) throw new UsageError('evaluate takes flags only; see evaluate --help.');
    return await withEngine(line, ports, async (engine) => {
      const progress = createProgress(ports);
      const metrics = await evaluateTask(
        {
          engine,
          chunks: ports.readBytes(ports.absolutePath(file)),
          fileName: file,
          task,
          work: { priority: 'background', ...depthOption(line) },
          onProgress: (done) => progress.update(() => `${done.toLocaleString('en')} texts`),
        },
        ports.cancellation,
      );
      progress.clear();
      throwIfCancelled(ports.cancellation);
      await ports.stdout.write(`${JSON.stringify({ task, ...metrics })}\n`);
      return 0;
    });
  },
};
