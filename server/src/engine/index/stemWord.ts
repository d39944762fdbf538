// A light stemmer for English words: plural, past and running forms meet (`retries`, `retried`, `retrying` → `retri`).
// In: one lower-case word. Out: its stem; anything that is not plain English letters comes back unchanged.
// Follows the first steps of M. F. Porter, "An algorithm for suffix stripping" (1980), and stops before the steps
// that tear words of programming apart (`operator`, `generator`, `conditional`).

const vowel = /[aeiouy]/;
/** A consonant after a vowel: enough of a word is left to cut behind. */
const hasMeasure = /[aeiouy][^aeiouy]/;

export function stemWord(word: string): string {
  if (word.length < 4 || !/^[a-z]+$/.test(word)) return word;
  let stem = cutPlural(word);
  stem = cutForm(stem);
  // `retry` and `retries` meet at `retri`.
  return stem.endsWith('y') && stem.length > 3 && !vowel.test(stem.at(-2)!) ? `${stem.slice(0, -1)}i` : stem;
}

function cutPlural(word: string): string {
  if (word.endsWith('sses')) return word.slice(0, -2);
  if (word.endsWith('ies')) return word.length > 4 ? word.slice(0, -2) : word.slice(0, -1);
  if (/(?:ch|sh|x|z)es$/.test(word)) return word.slice(0, -2);
  return /[^sui]s$/.test(word) ? word.slice(0, -1) : word;
}

function cutForm(word: string): string {
  for (const ending of ['ing', 'ed']) {
    if (!word.endsWith(ending)) continue;
    const stem = word.slice(0, -ending.length);
    if (stem.length < 3 || !vowel.test(stem)) return word;
    return repair(stem);
  }
  // `cache` and `cached` meet at `cach`.
  return word.endsWith('e') && word.length > 4 && hasMeasure.test(word.slice(0, -1))
    ? word.slice(0, -1)
    : word;
}

/** `stopp` → `stop`; `cach` stays, because `cache` loses its last letter too. */
function repair(stem: string): string {
  const last = stem.at(-1)!;
  return last === stem.at(-2) && !/[lsz]/.test(last) ? stem.slice(0, -1) : stem;
}
