// Words of questions and sentences that say nothing about a passage. A query that has other words goes without them.

import { stemWord } from './stemWord.ts';

const words = `a an and are as at be but by can could did do does for from had has have how i if in into is it its
  may me my of on or our please should so such than that the their them then there these they this those to us was we
  were what when where which who whom why will with would you your`;

/** As tokens, for comparison with those of a query. */
export const stopWords: ReadonlySet<string> = new Set(words.split(/\s+/).map(stemWord));
