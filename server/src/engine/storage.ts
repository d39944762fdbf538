// What the engine asks of whoever stores things for it. The engine knows no paths and no file system:
// io/ implements these over folders, tests in memory.

/** The files of one model folder. `read` answers `undefined` for a file that is not there. */
export interface ModelFiles {
  /** For messages only: how a person would name this folder. */
  readonly displayName: string;
  read(fileName: string): Promise<Uint8Array | undefined>;
}
