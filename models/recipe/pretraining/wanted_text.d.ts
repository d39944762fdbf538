/** Looks at the first lines only: that is where generators sign. */
export declare function isWrittenByHand(text: string): boolean;
/** `'Adds a to b. Fails on overflow.'` is one short unit; longer passages are cut at sentences and line feeds. */
export declare function toUnits(passageText: string): string[];
