// The shape of one row of declaration patterns, and the words that kinds of declarations are called by.
// In the path: documentedSymbol.ts matches the patterns of a family's row where a declaration is known to start.

export interface SymbolPattern {
  /** Anchored at the start; group `name`; group `kind` where the keyword itself tells. */
  readonly pattern: RegExp;
  /** Used when there is no group `kind`, or the keyword is not in {@link kindOfKeyword}. */
  readonly kind: string;
  /** Characters that end the signature outside brackets; the family's own when absent. */
  readonly stop?: string;
}

export interface SymbolRow {
  /** What may stand between a comment and its declaration: attributes, annotations, decorators. Anchored. */
  readonly skip: RegExp | undefined;
  /** What may follow a comment. */
  readonly declarations: readonly SymbolPattern[];
  /** What may stand before a trailing comment, besides the declarations. */
  readonly members: readonly SymbolPattern[];
  readonly stop: string;
}

/** Names of kinds for declaration keywords of all languages. */
export const kindOfKeyword: Readonly<Record<string, string>> = {
  class: 'class',
  interface: 'interface',
  enum: 'enum',
  struct: 'struct',
  union: 'union',
  trait: 'interface',
  protocol: 'interface',
  type: 'type',
  typealias: 'type',
  typedef: 'type',
  namespace: 'namespace',
  module: 'module',
  mod: 'module',
  package: 'module',
  defmodule: 'module',
  object: 'class',
  record: 'class',
  actor: 'class',
  mixin: 'class',
  extension: 'class',
  impl: 'class',
  function: 'function',
  func: 'function',
  fun: 'function',
  fn: 'function',
  def: 'function',
  defp: 'function',
  defmacro: 'function',
  sub: 'function',
  macro: 'macro',
  const: 'variable',
  let: 'variable',
  var: 'variable',
  val: 'variable',
  static: 'variable',
  table: 'table',
  view: 'view',
  procedure: 'function',
  trigger: 'trigger',
  index: 'index',
  delegate: 'type',
  data: 'type',
  newtype: 'type',
};
