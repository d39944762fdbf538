// How many tokens of each text stay when a pair is too long: `longest_first` of transformers and tokenizers
// (utils/truncation.rs): the shorter text stays whole while it fits into half of the room.

/** `fitPair(8, 2, 6)` is `[4, 2]`; `fitPair(8, 9, 7)` is `[3, 4]`. */
export function fitPair(firstCount: number, secondCount: number, room: number): readonly [number, number] {
  if (firstCount + secondCount <= room) return [firstCount, secondCount];
  const swapped = firstCount > secondCount;
  let shorter = Math.min(firstCount, secondCount);
  let longer = shorter > room ? shorter : Math.max(shorter, room - shorter);
  if (shorter + longer > room) {
    shorter = Math.floor(room / 2);
    longer = shorter + (room % 2);
  }
  return swapped ? [longer, shorter] : [shorter, longer];
}
