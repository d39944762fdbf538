// Whether a passage says of what it documents that it is going away, so that what it teaches is not taken as current.
// In: the cleaned text of a passage. Out: yes or no. A rule and no model: the conventions of each language are few.

/** Javadoc and its kin, Go and .NET (`Deprecated: use X`), reStructuredText, Rust, and the plain sentence. */
const marks = [
  /(?:^|\s)[@\\]deprecated\b/i,
  /(?:^|[\n.!?]\s*)deprecated(?:[:.,—-]|\s+(?:since|in|as of|use|and)\b)/i,
  /\.\. deprecated::/i,
  /#\[deprecated/,
  /(?:^|[\n.!?]\s*)(?:(?!\b(?:if|whether|when|where|that|which)\b)[^.!?\n]){0,80}\b(?:is|are|has been|have been) (?:now )?deprecated\b/i,
  /已弃用|已废弃|不推荐使用/,
];

/** `saysDeprecated('Deprecated: use open instead.')` is true, of `Warns about deprecated calls.` it is false. */
export function saysDeprecated(text: string): boolean {
  return marks.some((mark) => mark.test(text));
}
