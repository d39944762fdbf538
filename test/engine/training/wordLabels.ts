// A labelled file that the tiny model can learn: a word decides the label. In: how many lines. Out: JSON lines.

/** Words that the tiny model's vocabulary knows, by label. */
const words = {
  fruit: ['apple', 'pear', 'plum', 'fig'],
  metal: ['iron', 'zinc', 'gold', 'tin'],
  bird: ['crow', 'wren', 'gull', 'owl'],
} as const;

export type WordLabel = keyof typeof words;

export interface WordLine {
  readonly text: string;
  readonly label: WordLabel;
}

export function wordLines(count: number, first = 0): readonly WordLine[] {
  const labels = Object.keys(words) as WordLabel[];
  return Array.from({ length: count }, (_, offset) => {
    const index = first + offset;
    const label = labels[index % labels.length]!;
    const word = words[label][Math.floor(index / labels.length) % words[label].length]!;
    return { text: `${word} ${word} ${index}`, label };
  });
}

export function toJsonLines(lines: readonly object[]): string {
  return lines.map((line) => `${JSON.stringify(line)}\n`).join('');
}
