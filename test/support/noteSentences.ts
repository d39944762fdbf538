// What a training noted, as the command line words it.

import {
  type TrainingMessage,
  trainingWords,
  wordTraining,
} from '../../server/src/engine/trainingMessages.ts';

export function noteSentences(notes: readonly TrainingMessage[]): string {
  return notes.map((note) => wordTraining(note, trainingWords)).join('\n');
}
