// What a question asks for, and what a sentence that gives it looks like: who wants a name, when a time or a
// condition. In: a question, a sentence. Out: whether they go together. A table; English and Chinese.

export interface QuestionKind {
  readonly name: string;
  readonly asked: RegExp;
  readonly given: RegExp;
  /** A sentence without the sign hardly ever answers, as how many is answered by a number. */
  readonly isStrict: boolean;
  /** The sign must be something that the question does not say itself, as another name or another number. */
  readonly isNew: boolean;
}

const numberWords =
  'one|two|three|four|five|six|seven|eight|nine|ten|dozen|hundred|thousand|million|billion|once|twice|never|always|half|none';

const kinds: readonly QuestionKind[] = [
  {
    name: 'failure',
    asked:
      /\b(?:throws?|thrown|raises?|raised|fails?|failure|errors?|\w+(?:Exception|Error))\b|异常|报错|失败/i,
    given:
      /[@\\:](?:throws|exception|raises?)\b|\b(?:throws?|thrown|raises?|raised|fails?|errors?|Exception|Error)\b.*\b(?:if|when|unless|because|on)\b|异常|如果/i,
    isStrict: true,
    isNew: false,
  },
  {
    name: 'result',
    asked: /\b(?:returns?|returned|results?|outputs?|yields?|give back)\b|返回|结果/i,
    given:
      /[@\\:]returns?\b|\b(?:returns?|returned|results? (?:is|are|in)|yields?|outputs?|gives?)\b|返回|结果/i,
    isStrict: true,
    isNew: false,
  },
  {
    name: 'reason',
    asked: /\bwhy\b|\bwhat (?:is|was|are|were) the (?:reason|purpose|point)|为什么|为何|原因/i,
    given:
      /\b(?:because|since|so that|in order to|due to|otherwise|therefore|thus|reasons?|purpose|would|avoids?|prevents?|ensures?|allows?|makes? sure|as it|to keep)\b|因为|由于|以便|避免|防止|否则|为了/i,
    isStrict: false,
    isNew: false,
  },
  {
    name: 'amount',
    asked:
      /\bhow (?:many|much|often|long|large|big|old|far|fast|high|deep|tall|wide)\b|\bwhat (?:number|size|percentage|percent|age)\b|多少|几[个次天年秒]|多久|多大/i,
    given: new RegExp(
      `\\d|\\b(?:${numberWords})\\b|\\b(?:every|each|daily|hourly|several|few)\\b|[一二三四五六七八九十百千万]`,
      'i',
    ),
    isStrict: true,
    isNew: true,
  },
  {
    name: 'person',
    asked: /\bwho(?:se|m)?\b|谁|哪位/i,
    given:
      /(?<=[\p{L}\p{N},;)…] )\p{Lu}\p{Ll}+|^\p{Lu}\p{Ll}+ \p{Lu}\p{Ll}+|@author|\b(?:team|maintainers?|users?|developers?|people|everyone|nobody|caller|owner)\b|团队|负责/u,
    isStrict: true,
    isNew: true,
  },
  {
    name: 'time',
    asked: /\bwhen\b|\bwhat (?:time|date|year|day|month|century)\b|\bsince which\b|什么时候|何时|哪年/i,
    given:
      /\b(?:when|whenever|if|unless|after|before|until|once|while|during|as soon as|every|since|at|by|on|in case)\b|\b1\d{3}\b|\b20\d\d\b|之后|之前|时候?|如果|直到/i,
    isStrict: true,
    isNew: true,
  },
  {
    name: 'place',
    asked: /\bwhere\b|\bwhich (?:file|folder|directory|place|city|country)\b|哪里|何处|在哪/i,
    given: /\b(?:in|at|from|under|below|inside|into|near|beside|within)\b|\w\/\w|\w\.\w{2,4}\b|里|位于|目录/i,
    isStrict: false,
    isNew: false,
  },
  {
    name: 'way',
    asked: /\bhow (?:do|does|did|can|could|to|should|would|is|are|was|were|will)\b|怎么|如何|怎样/i,
    given:
      /\b(?:us(?:e[sd]?|ing)|call(?:s|ed|ing)?|run|set|add|pass|via|with|by|creat(?:e|es|ed|ing)|through|must|should|can|first|then|by)\b|使用|调用|通过|设置|运行/i,
    isStrict: false,
    isNew: false,
  },
  {
    name: 'decision',
    asked:
      /^(?:is|are|was|were|do|does|did|can|could|may|should|must|will|would|has|have)\b|吗[？?]?$|是否|能否/i,
    given:
      /^(?:yes|no|not)\b|\b(?:not|never|cannot|can't|don't|doesn't|isn't|always|only|must|should|can|may)\b|不|可以|必须/i,
    isStrict: false,
    isNew: false,
  },
  {
    name: 'meaning',
    asked: /^what(?:'s| is| are| was| were| does .* mean)\b|什么是|是什么|含义/i,
    given: /\b(?:is|are|was|were|means?|stands for|refers? to|called)\b|是|指/i,
    isStrict: false,
    isNew: false,
  },
];

/** The first kind that fits: `How often …` is about an amount, although it begins like a way. */
export function kindOfQuestion(question: string): QuestionKind | undefined {
  return kinds.find(({ asked }) => asked.test(question));
}
