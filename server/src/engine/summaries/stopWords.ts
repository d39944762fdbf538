// Words that say nothing alone and stand in no key phrase: function words, auxiliaries, verbs so common that they name
// nothing, and words of documentation about itself. English and Chinese; other languages are told by frequency alone.

const english = `
a an the this that these those such same other another each every either neither both all any some no none most more
less few many much several own only just even also too very quite rather almost enough still yet already again once
and or but nor so if then else than as because since while when whenever where wherever whether though although unless
until till before after during of in on at by for with without within into onto from to up down out off over under
above below between among through across along around against about per via near like unlike instead except besides
i you he she it we they me him her us them my your his its our their mine yours ours theirs itself themselves yourself
myself himself herself ourselves one ones who whom whose which what why how here there
am is are was were be been being have has had having do does did doing done can cannot could may might must shall
should will would ought need needs needed
make makes made making take takes took taken taking get gets got getting give gives gave given giving use uses used
using let lets keep keeps kept put puts go goes went gone going come comes came coming know knows known see sees seen
say says said tell tells told want wants wanted try tries tried seem seems become becomes became happen happens mean
means meant look looks find finds found think thinks call calls called calling work works worked allow allows allowed
provide provides provided contain contains contained include includes included including return returns returned
set sets add adds added remove removes removed start starts started stop stops stopped run runs ran
not never always often sometimes usually now later soon today ago first second last next previous following
new old good better best bad great small large big long short high low different possible certain able likely sure
true false yes ok okay please note e.g i.e eg ie etc vs cf via
way ways thing things lot case cases kind kinds sort bit part parts number numbers example examples
don't doesn't didn't isn't aren't wasn't weren't won't can't couldn't shouldn't wouldn't it's that's there's let's
`;

const chinese =
  '的 了 和 是 在 就 也 都 而 及 与 或 但 但是 因为 所以 如果 那么 这 那 这个 那个 这些 那些 它 他 她 我 你 我们 你们 他们 它们 ' +
  '不 没有 没 有 会 能 能够 可以 可能 应该 必须 需要 要 想 请 先 再 又 还 只 很 更 最 太 被 把 让 使 给 对 对于 关于 从 到 向 往 由 ' +
  '以 以及 为 为了 按 按照 根据 通过 使用 进行 一个 一些 一种 每 每个 各 某 什么 怎么 如何 为什么 哪 哪个 时 时候 之 之后 之前 其 其中 ' +
  '上 下 中 里 内 外 后 前 等 等等 并 并且 则 即 若 当 着 过 地 得 吧 吗 呢 啊 个 次 种 就是 不是 已经 正在 将 然后 或者 而且 不会 不能';

const words = new Set([...english.trim().split(/\s+/), ...chinese.split(' ')]);

/** Adverbs modify and name nothing; a few nouns and verbs only look like them. */
const notAdverbs = new Set(
  'assembly family supply reply apply anomaly monopoly multiply rely early daily july'.split(' '),
);

export function isStopWord(word: string): boolean {
  const lower = word.toLowerCase().replaceAll('’', "'");
  return words.has(lower) || (/^[a-z]{3,}ly$/.test(lower) && !notAdverbs.has(lower));
}
