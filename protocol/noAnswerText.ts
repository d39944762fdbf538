// Why there is no answer, in one English sentence for the command line and for language models.

import type { NoAnswerReason } from './searchRequests.ts';

/** `{unknownWords: ['France'], …}` gives `Nothing here mentions: France.` */
export function noAnswerText({ unknownWords, surest, needed }: NoAnswerReason): string {
  if (unknownWords.length > 0) return `Nothing here mentions: ${unknownWords.join(', ')}.`;
  if (surest === undefined) return 'Nothing here has the words of the question.';
  return `The best sentence is only ${percent(surest)} sure; an answer needs ${percent(needed)}.`;
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
