// A workspace from which a tiny model can learn in seconds: comments with few words and regular sentences, each with a
// name that documents it. In: a folder. Out: files in it.

import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const things = ['ship', 'crane', 'pilot', 'cargo', 'berth', 'tide', 'rope'];
const verbs = ['Moves', 'Counts', 'Finds', 'Opens', 'Checks'];

export function writeNamedComments(folder: string): void {
  for (let file = 0; file < 14; file++) {
    const functions = Array.from({ length: 14 }, (_, index) => {
      const thing = things[(index + file) % things.length]!;
      const verb = verbs[(index * 3 + file) % verbs.length]!;
      const name = `${verb.toLowerCase()}${thing[0]!.toUpperCase()}${thing.slice(1)}${file}x${index}`;
      return `/** ${verb} the ${thing} number ${file} to the quay. Then the ${thing} of line ${index} is free. */\nexport function ${name}() {}\n`;
    });
    writeFileSync(path.join(folder, `named${file}.ts`), functions.join('\n'));
  }
}

/** Labels that a model of random numbers meets no more before than after: no task is without a person's word. */
export function writeSettledLabels(folder: string): void {
  const rows = Array.from({ length: 10 }, (_, index) => ({
    text: `Moves the ship ${index} to the quay.`,
    labels: { debt: ['documentation'], purpose: ['ownership'], form: ['generated'] },
    who: 'Ada',
  }));
  mkdirSync(path.join(folder, '.marginalia'), { recursive: true });
  writeFileSync(
    path.join(folder, '.marginalia', 'labels.jsonl'),
    rows.map((row) => `${JSON.stringify(row)}\n`).join(''),
  );
}
