// Every question in every situation that it is measured in, as the numbers that decide about it. In: workspaces.
// Out: cases: the features of its sentences, which of them are right, and what two simple ways would have chosen.
//
// `answered`: the workspace says it. `removed`: the same workspace without the passages that say it, which is the
// hardest way to have no answer. `foreign`: another workspace of the same split. `adversarial`: SQuAD's own questions
// that only look as if their article answered them.

import type { Candidates } from '../../../server/src/engine/index/sentences/collectCandidates.ts';
import { hasToken } from '../../../server/src/engine/index/sentences/pickSentences.ts';
import { sentenceFeatures } from '../../../server/src/engine/index/sentences/sentenceFeatures.ts';
import { createRandom } from '../../engine/index/randomVectors.ts';
import type { AnswerQuestion, AnswerWorkspace, Split } from './answerWorkspaces.ts';
import { type AskedWorkspace, type EmbedTexts, openAskedWorkspace } from './askWorkspace.ts';

export type Situation = 'answered' | 'removed' | 'foreign' | 'adversarial';

export interface AnswerCase {
  readonly workspace: string;
  readonly set: AnswerWorkspace['set'];
  readonly split: Split;
  readonly situation: Situation;
  readonly question: string;
  readonly sentences: readonly {
    readonly passage: number;
    readonly text: string;
    readonly isRight: boolean;
  }[];
  readonly features: readonly Float64Array[];
  /** Without the model. */
  readonly wordCase: Pick<AnswerCase, 'sentences' | 'features'>;
  /** Scores of the sentences by BM25 and by cosine alone. */
  readonly bm25: readonly number[];
  readonly cosine: readonly number[];
}

export async function makeCases(
  workspaces: readonly AnswerWorkspace[],
  embed: EmbedTexts,
  report: (text: string) => void,
): Promise<readonly AnswerCase[]> {
  const cases: AnswerCase[] = [];
  const random = createRandom(3);
  for (const workspace of workspaces) {
    const asked = await openAskedWorkspace(workspace, embed);
    report(
      `${workspace.split} ${workspace.set} ${workspace.name}: ${asked.passageCount} passages, ${workspace.questions.length} questions`,
    );
    const add = async (question: AnswerQuestion, situation: Situation) =>
      cases.push(await makeCase(question, situation, workspace, asked));
    for (const question of workspace.questions) {
      if (question.right.length === 0) await add(question, 'adversarial');
      else {
        await add(question, 'answered');
        if (random() < 0.5) await add(question, 'removed');
      }
    }
    for (const question of foreignQuestions(workspace, workspaces, random)) await add(question, 'foreign');
    await asked.close();
  }
  return cases;
}

/** Half as many as the workspace has of its own, from workspaces of the same split about something else. */
function foreignQuestions(
  workspace: AnswerWorkspace,
  all: readonly AnswerWorkspace[],
  random: () => number,
): readonly AnswerQuestion[] {
  const others = all.filter(
    ({ name, split, set }) => split === workspace.split && name !== workspace.name && set !== 'titled',
  );
  const questions = others.map((one) => one.questions.filter(({ right }) => right.length > 0));
  return Array.from({ length: others.length === 0 ? 0 : Math.ceil(workspace.questions.length / 2) }, () => {
    const own = questions[Math.floor(random() * questions.length)]!;
    return { ...own[Math.floor(random() * own.length)]!, right: [] };
  });
}

async function makeCase(
  { question, right, about }: AnswerQuestion,
  situation: Situation,
  { name, set, split }: AnswerWorkspace,
  asked: AskedWorkspace,
): Promise<AnswerCase> {
  const without = situation === 'removed' ? about : [];
  const isRight = (candidates: Candidates) =>
    candidates.sentences.map(({ passage, span, text }) => ({
      passage,
      text,
      isRight:
        situation === 'answered' &&
        right.some(
          (place) =>
            place.text === candidates.passages[passage]!.hit.text &&
            (place.spans?.some(({ start }) => span.start <= start && start < span.end) ?? true),
        ),
    }));
  const candidates = await asked.ask(question, { without, withModel: true });
  const words = await asked.ask(question, { without, withModel: false });
  return {
    workspace: name,
    set,
    split,
    situation,
    question,
    sentences: isRight(candidates),
    features: sentenceFeatures(candidates),
    wordCase: { sentences: isRight(words), features: sentenceFeatures(words) },
    bm25: scoreByWords(candidates),
    cosine: candidates.cosines ?? [],
  };
}

/** BM25 of each sentence among the candidates; words weigh as they do in the whole workspace. */
function scoreByWords({ words, sentences }: Candidates): readonly number[] {
  const mean = sentences.reduce((sum, { tokens }) => sum + tokens.length, 0) / Math.max(1, sentences.length);
  return sentences.map(({ tokens }) => {
    const own = new Set(tokens);
    return words.reduce((sum, { token, rarity }) => {
      if (!hasToken(own, token)) return sum;
      const frequency = Math.max(1, tokens.filter((one) => one === token).length);
      return sum + (rarity * frequency * 2.2) / (frequency + 1.2 * (0.25 + (0.75 * tokens.length) / mean));
    }, 0);
  });
}
