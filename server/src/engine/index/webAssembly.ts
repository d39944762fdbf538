// The little of WebAssembly that the scan needs, typed here: Node has it without telling TypeScript, and the types of
// browsers would bring a window along.

export interface WasmMemory {
  readonly buffer: ArrayBuffer;
  /** In pages of 64 KiB. */
  grow(pages: number): number;
}

interface WebAssemblyNamespace {
  readonly Memory: new (limits: { readonly initial: number; readonly maximum: number }) => WasmMemory;
  readonly Module: new (bytes: Uint8Array<ArrayBuffer>) => object;
  readonly Instance: new (
    module: object,
    imports: Readonly<Record<string, Readonly<Record<string, unknown>>>>,
  ) => { readonly exports: Readonly<Record<string, unknown>> };
}

export const webAssembly = (globalThis as unknown as { readonly WebAssembly: WebAssemblyNamespace })
  .WebAssembly;
