// What a text documents, over all the places where it stands. In: the names so far and those of one more place.
// Out: both, as tokens with spaces between.

/** A licence header documents a thousand symbols; the first ones are enough. */
const maxNamesLength = 400;

/** `joinNames('open file', 'close file')` is `open file close file`; what is in there already changes nothing. */
export function joinNames(known: string, more: string): string {
  if (known.includes(more) || known.length >= maxNamesLength) return known;
  return `${known} ${more}`.trim();
}
