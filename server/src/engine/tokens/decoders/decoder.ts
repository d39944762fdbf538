// One step from pieces back to text.

export interface Decoder {
  /** The result of the last step is joined without anything between. */
  decode(pieces: readonly string[]): readonly string[];
}
