// What reStructuredText directives hold: code to leave out, prose to read, or the description of a symbol.
// The names are those of docutils and Sphinx; an unknown directive is read like a container of prose.

export type DirectiveContent =
  /** Argument, options and content are no prose. */
  | 'skipped'
  /** The argument is the start of the text, which the name introduces: `.. note:: Mind the gap.` */
  | 'note'
  /** The argument is a title. */
  | 'titled'
  /** The argument is no prose, the content is. */
  | 'container'
  /** The argument is a signature, the content documents it. */
  | 'symbol';

const names: Readonly<Record<Exclude<DirectiveContent, 'container'>, string>> = {
  skipped:
    'code code-block sourcecode highlight highlightlang literalinclude math productionlist parsed-literal doctest ' +
    'testcode testoutput testsetup testcleanup ipython plot prompt graphviz digraph graph inheritance-diagram raw ' +
    'include image toctree index contents role default-role tabularcolumns module currentmodule py:module ' +
    'py:currentmodule automodule autoclass autofunction automethod autoattribute autodata autoexception autosummary ' +
    'csv-table sectnum header footer meta replace unicode date console mermaid uml plantuml jupyter-execute ' +
    'command-output program-output bibliography title target-notes audit-event audit-event-table ' +
    'grammar-snippet jinja tags',
  note:
    'note warning tip hint important caution attention danger error seealso todo deprecated versionadded ' +
    'versionchanged deprecated-removed versionremoved impl-detail availability soft-deprecated legacy',
  titled: 'admonition topic sidebar rubric centered table list-table dropdown tab-item card',
  symbol:
    'function class method attribute data exception classmethod staticmethod decorator decoratormethod property ' +
    'py:function py:class py:method py:attribute py:data py:exception py:classmethod py:staticmethod py:decorator ' +
    'py:property opcode cfunction cmember cmacro ctype cvar c:function c:member c:macro c:type c:var c:struct c:enum ' +
    'c:enumerator c:union cpp:function cpp:class cpp:struct cpp:member cpp:var cpp:type cpp:enum cpp:enumerator ' +
    'cpp:concept js:function js:class js:method js:data js:attribute js:module envvar option describe object setting ' +
    'confval rst:directive rst:directive:option rst:role',
};

const contents: ReadonlyMap<string, DirectiveContent> = new Map(
  Object.entries(names).flatMap(([content, list]) =>
    list.split(' ').map((name): [string, DirectiveContent] => [name, content as DirectiveContent]),
  ),
);

export function getDirectiveContent(name: string): DirectiveContent {
  return contents.get(name.toLowerCase()) ?? 'container';
}

/** `py:classmethod` documents a `method`; kinds are those of DocumentedSymbol. */
export function getSymbolKind(directive: string): string {
  const name = directive.toLowerCase().replace(/^[a-z]+:/, '');
  if (/method$/.test(name)) return 'method';
  if (/function$|^decorator$|macro$/.test(name)) return 'function';
  if (/^(?:class|exception|struct|union|concept)$/.test(name)) return 'class';
  if (/^(?:attribute|property|c?member)$/.test(name)) return 'field';
  if (/^(?:c?type)$/.test(name)) return 'type';
  if (/^enum$/.test(name)) return 'enum';
  if (name === 'module') return 'module';
  return 'variable';
}
