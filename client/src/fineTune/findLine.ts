// Where a cleaned comment stands in a file: the comment has lost its markers and its line breaks, so only its first
// words are looked for. `findLine(['x', '// TODO  tidy', '// up'], 'TODO tidy up')` is `1`.

const soughtWords = 5;

export function findLine(lines: readonly string[], text: string): number | undefined {
  const words = text.split(/\s+/).filter((word) => word !== '');
  for (let count = Math.min(soughtWords, words.length); count > 0; count--) {
    const sought = words.slice(0, count).join(' ');
    const found = lines.findIndex((line) => line.replace(/\s+/g, ' ').includes(sought));
    if (found >= 0) return found;
  }
  return undefined;
}
