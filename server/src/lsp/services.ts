// Everything the language server needs from outside, handed in by main.ts and by tests.
// The server keeps no state in modules and knows no process, file or worker.

import type { Engine } from '../engine/engine.ts';
import type { Finding, FindingCode } from '../engine/findings/finding.ts';
import type { FindingsRequest } from '../engine/findings/toFindings.ts';
import type { Logger } from '../engine/log.ts';
import type { LanguageId } from '../engine/text/sourceFile.ts';

/** What a change of settings can change about the engine as a whole. */
export interface EngineChoice {
  /** A model folder; undefined: the shipped one. */
  readonly modelPath: string | undefined;
  /** Threads of one inference; undefined: chosen by the engine. */
  readonly threads: number | undefined;
}

/** Where the clock comes from: tests hand in one that does not wait. */
export interface Clock {
  nowMs(): number;
  /** Calls back once after `delayMs`, unless the returned function is called before. */
  schedule(callback: () => void, delayMs: number): () => void;
}

export interface ServerServices {
  /** Makes a new engine; it loads its model in the background and answers `modelInfo` when that is done. */
  readonly engineFactory: (choice: EngineChoice) => Engine | Promise<Engine>;
  /**
   * The engine's language for what a client calls it: other editors have names of their own (`sh`, `cs`), then
   * the name of the file decides.
   */
  readonly languageOf: (languageId: string, fileName: string) => LanguageId;
  readonly toFindings: (request: FindingsRequest) => readonly Finding[];
  /** Address of the page that explains a finding. */
  readonly documentationUri: (code: FindingCode) => string;
  readonly logger: Logger;
  readonly clock: Clock;
  readonly version: string;
}
