// `classify --task NAME`: JSON lines {"text", "context"?} in, {"scores", "labels"} out, in the same order.

import { throwIfCancelled } from '../../engine/cancellation.ts';
import type { ModelInfo, TextInput } from '../../engine/engine.ts';
import type { ClassificationTask } from '../../engine/labels/task.ts';
import { type Command, modelFlags } from '../command.ts';
import { type InputLine, optionalText, readJsonLines, requireText } from '../inputLines.ts';
import { depthOption, withEngine } from '../openEngine.ts';
import { labelObject } from '../roundScores.ts';
import { UsageError } from '../usageError.ts';

export const classifyCommand: Command = {
  name: 'classify',
  usage: 'classify --task NAME',
  summary:
    'Label texts: JSON lines {"text", "context"?} on stdin, {"scores", "labels"} on stdout in the same order',
  details: [
    'Tasks and labels belong to the model; "marginalia model info" lists them. A task about pairs needs a context.',
  ],
  flags: [{ name: 'task', value: 'NAME', help: 'the question to answer about each text' }, ...modelFlags],
  async run(line, ports) {
    const name = line.text('task');
    if (name === undefined)
      throw new UsageError('classify needs --task NAME; "marginalia model info" lists them.');
    if (line.positionals.length > 0)
      throw new UsageError('classify reads its texts from stdin, not from arguments.');
    const options = { priority: 'background' as const, ...depthOption(line) };
    return await withEngine(line, ports, async (engine) => {
      const task = findTask(await engine.modelInfo(), name);
      const read = task.input === 'pair' ? toPair : toTextInput;
      for await (const inputs of readJsonLines(ports.readStdin(), 256, read)) {
        throwIfCancelled(ports.cancellation);
        const answers = await engine.classify(name, inputs, options, ports.cancellation);
        const lines = answers.map((scores) =>
          JSON.stringify({ scores: labelObject(task, scores), labels: scores.predicted }),
        );
        await ports.stdout.write(`${lines.join('\n')}\n`);
      }
      return 0;
    });
  },
};

function toTextInput(line: InputLine): TextInput {
  const text = requireText(line, 'text');
  const context = optionalText(line, 'context');
  return context === undefined ? { text } : { text, context };
}

function toPair(line: InputLine): TextInput {
  return { text: requireText(line, 'text'), context: requireText(line, 'context') };
}

function findTask(info: ModelInfo, name: string): ClassificationTask {
  const tasks = info.tasks.tasks.filter((one): one is ClassificationTask => 'labels' in one);
  const task = tasks.find((one) => one.name === name);
  if (!task) {
    const known = tasks.map((one) => one.name).join(', ');
    throw new UsageError(`The model ${info.name} has no task "${name}"; it has ${known || 'none'}.`);
  }
  return task;
}
