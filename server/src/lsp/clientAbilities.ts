// What the client on the other side can do, read once from `initialize`.

import { type InitializeParams, MarkupKind } from 'vscode-languageserver';
import { URI, Utils } from 'vscode-uri';
import type { InitializationOptions } from '../../../protocol/requests.ts';

export interface ClientAbilities {
  readonly options: InitializationOptions;
  /** Locale of the user interface, as VS Code names it. */
  readonly locale: string | undefined;
  readonly answersConfiguration: boolean;
  readonly registersConfiguration: boolean;
  /** Asks for diagnostics; other clients have them pushed. */
  readonly pullsDiagnostics: boolean;
  readonly refreshesDiagnostics: boolean;
  readonly hoverMarkup: MarkupKind;
  /** Makes files that a code action's edit wants. */
  readonly createsFiles: boolean;
  /** Folders that are open from the start. */
  readonly folders: readonly { readonly uri: string; readonly name: string }[];
  /** Tells when folders come and go. */
  readonly changesFolders: boolean;
  /** Watches files when asked to. */
  readonly watchesFiles: boolean;
  readonly refreshesCodeLenses: boolean;
}

export function readClientAbilities(params: InitializeParams): ClientAbilities {
  const { workspace, textDocument } = params.capabilities;
  // A client that lists no format predates the list; it could always show Markdown.
  const formats = textDocument?.hover?.contentFormat ?? [MarkupKind.Markdown];
  return {
    options: readOptions(params.initializationOptions),
    locale: params.locale,
    answersConfiguration: workspace?.configuration === true,
    registersConfiguration: workspace?.didChangeConfiguration?.dynamicRegistration === true,
    pullsDiagnostics: textDocument?.diagnostic !== undefined,
    refreshesDiagnostics: workspace?.diagnostics?.refreshSupport === true,
    createsFiles: workspace?.workspaceEdit?.resourceOperations?.includes('create') === true,
    hoverMarkup: formats.includes(MarkupKind.Markdown) ? MarkupKind.Markdown : MarkupKind.PlainText,
    folders: readFolders(params),
    changesFolders: workspace?.workspaceFolders === true,
    watchesFiles: workspace?.didChangeWatchedFiles?.dynamicRegistration === true,
    refreshesCodeLenses: workspace?.codeLens?.refreshSupport === true,
  };
}

/** Older clients open one folder, and call it by its address alone. */
function readFolders({ workspaceFolders, rootUri }: InitializeParams): ClientAbilities['folders'] {
  if (workspaceFolders) return workspaceFolders;
  if (!rootUri) return [];
  return [{ uri: rootUri, name: Utils.basename(URI.parse(rootUri)) }];
}

/** Other editors let their users write anything here. */
function readOptions(given: unknown): InitializationOptions {
  return typeof given === 'object' && given !== null ? given : {};
}
