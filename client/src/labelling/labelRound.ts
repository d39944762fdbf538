// One round of labelling: which passage is asked about, what was answered, and the way back. In: what the person did.
// Out: the next state, plain data. Pure.

export interface LabelRound {
  readonly total: number;
  /** Index of the passage that is asked about; `total` when the round is over. */
  readonly position: number;
  /** Of each passage that was passed, oldest first. */
  readonly answers: readonly ('labelled' | 'skipped')[];
}

export function startRound(total: number): LabelRound {
  return { total, position: 0, answers: [] };
}

export function answerRound(round: LabelRound, answer: 'labelled' | 'skipped'): LabelRound {
  if (round.position >= round.total) return round;
  return { ...round, position: round.position + 1, answers: [...round.answers, answer] };
}

/** Back to the passage before; `wasLabelled` tells whether there is a label to take back. */
export function undoRound(round: LabelRound): { readonly round: LabelRound; readonly wasLabelled: boolean } {
  const last = round.answers.at(-1);
  if (last === undefined) return { round, wasLabelled: false };
  return {
    round: { ...round, position: round.position - 1, answers: round.answers.slice(0, -1) },
    wasLabelled: last === 'labelled',
  };
}

export function labelledCount({ answers }: LabelRound): number {
  return answers.filter((answer) => answer === 'labelled').length;
}
