// What each feature of a sentence counts when an answer is chosen. Made by `test/bench/answers.ts --fit`, not to be
// edited by hand; what they were fitted on and how good they are is said in docs/SEARCH.md.

import type { AnswerWeights } from './chooseSentence.ts';

export const answerWeights: { readonly meaning: AnswerWeights; readonly words: AnswerWeights } = {
  /** With a model that makes vectors. */
  meaning: {
    rank: [
      4.1987, // wordsInSentence
      -0.3409, // wordsInPassage
      2.5328, // wordsInNames
      2.3826, // wordsAround
      0.7397, // wordsTogether
      -0.147, // rarestInSentence
      0.5594, // rarestInPassage
      0, // wordsUnknown
      0, // wordCount
      0.9794, // questionShare
      -1.4393, // sentenceLength
      -1.7332, // isShort
      -0.0508, // isFirst
      -0.2354, // isQuestion
      0.4141, // isAnnouncement
      0.3664, // isSymbolic
      1.3842, // strictKindGiven
      -1.3842, // strictKindMissing
      -0.0729, // looseKindGiven
      0.0729, // looseKindMissing
      1.4598, // wordsTimesKind
      3.1532, // documentsSymbol
      -0.738, // passageRank
      3.5668, // passageScore
      1.375, // sentenceCosine
      -0.5558, // passageCosine
      -1.375, // cosineBehindBest
      -0.2692, // wordsTimesCosine
      -1.2796, // passageTimesSentence
    ],
    judge: [
      -0.0319, // wordsInSentence
      2.0526, // wordsInPassage
      0.3987, // wordsInNames
      2.6352, // wordsAround
      0.2177, // wordsTogether
      0.2002, // rarestInSentence
      -0.342, // rarestInPassage
      -1.7872, // wordsUnknown
      1.6319, // wordCount
      -1.6746, // questionShare
      -0.6174, // sentenceLength
      -1.059, // isShort
      0.2061, // isFirst
      -0.484, // isQuestion
      0.394, // isAnnouncement
      -0.2394, // isSymbolic
      -0.7669, // strictKindGiven
      -0.0074, // strictKindMissing
      -0.5846, // looseKindGiven
      -0.3895, // looseKindMissing
      0.6084, // wordsTimesKind
      1.8982, // documentsSymbol
      -0.8667, // passageRank
      -0.0102, // passageScore
      1.2092, // sentenceCosine
      0.509, // passageCosine
      -0.835, // cosineBehindBest
      -0.384, // wordsTimesCosine
      -1.4104, // passageTimesSentence
      0.9338, // lead
      0.2286, // mostWordsAnywhere
      0.8853, // mostCosineAnywhere
    ],
    judgeBias: -4.7977,
    temperature: 0.974,
    threshold: 0.4691,
  },
  /** Without. */
  words: {
    rank: [
      4.9598, // wordsInSentence
      -0.6812, // wordsInPassage
      2.9008, // wordsInNames
      2.1876, // wordsAround
      0.5808, // wordsTogether
      -0.4067, // rarestInSentence
      0.5912, // rarestInPassage
      0, // wordsUnknown
      0, // wordCount
      2.0635, // questionShare
      -0.9806, // sentenceLength
      -1.7786, // isShort
      -0.1309, // isFirst
      -0.2313, // isQuestion
      -0.0513, // isAnnouncement
      -0.1718, // isSymbolic
      1.427, // strictKindGiven
      -1.427, // strictKindMissing
      -0.1891, // looseKindGiven
      0.1891, // looseKindMissing
      1.4673, // wordsTimesKind
      3.0583, // documentsSymbol
      0.0056, // passageRank
      3.841, // passageScore
      0, // sentenceCosine
      0, // passageCosine
      0, // cosineBehindBest
      0, // wordsTimesCosine
      -1.0666, // passageTimesSentence
    ],
    judge: [
      0.4426, // wordsInSentence
      1.6789, // wordsInPassage
      0.7768, // wordsInNames
      2.516, // wordsAround
      0.0735, // wordsTogether
      0.0352, // rarestInSentence
      0.0003, // rarestInPassage
      -2.0481, // wordsUnknown
      1.9204, // wordCount
      -0.7748, // questionShare
      -0.493, // sentenceLength
      -1.0109, // isShort
      0.2292, // isFirst
      -0.3778, // isQuestion
      0.0239, // isAnnouncement
      -0.2531, // isSymbolic
      -0.5961, // strictKindGiven
      -0.092, // strictKindMissing
      -0.4543, // looseKindGiven
      -0.4, // looseKindMissing
      0.4755, // wordsTimesKind
      1.6103, // documentsSymbol
      -1.3759, // passageRank
      0.3563, // passageScore
      0, // sentenceCosine
      0, // passageCosine
      0, // cosineBehindBest
      0, // wordsTimesCosine
      -1.4712, // passageTimesSentence
      1.2295, // lead
      0.6947, // mostWordsAnywhere
      0, // mostCosineAnywhere
    ],
    judgeBias: -4.7034,
    temperature: 1.0129,
    threshold: 0.4449,
  },
};
