// The little of WebAssembly that inner loops need. They are written instruction by instruction, so that no binary file has
// to be trusted; here are its types (Node has it without telling TypeScript, and the types of browsers would bring a window
// along) and what every module of one function has around its instructions.

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

/** 4 GB: as far as addresses reach. */
export const maxMemoryPages = 65_536;

/** Bytes of instructions. */
export type Code = readonly number[];

/** Types of values. */
export const wasmType = { int: 0x7f, float: 0x7d, vector: 0x7b } as const;

export const wasm = {
  get: (local: number): Code => [0x20, local],
  set: (local: number): Code => [0x21, local],
  tee: (local: number): Code => [0x22, local],
  /** Not negative. */
  constant: (value: number): Code => [0x41, ...signedLeb(value)],
  addInt: [0x6a],
  subtractInt: [0x6b],
  isBelow: [0x49],
  storeInt: (offset: number): Code => [0x36, 2, ...unsignedLeb(offset)],
  block: [0x02, 0x40],
  loop: [0x03, 0x40],
  end: [0x0b],
  branch: (depth: number): Code => [0x0c, depth],
  branchIf: (depth: number): Code => [0x0d, depth],
  simd: (operation: number, ...rest: readonly number[]): Code => [0xfd, ...unsignedLeb(operation), ...rest],
  /** No alignment is promised; the engine of WebAssembly does not need it. */
  loadVector: (offset: number): Code => wasm.simd(0x00, 0, ...unsignedLeb(offset)),
  storeVector: (offset: number): Code => wasm.simd(0x0b, 0, ...unsignedLeb(offset)),
} as const;

/** A module with one function without a result, over a memory from outside. */
export function createWasmFunction(
  memory: WasmMemory,
  description: {
    readonly parameters: readonly number[];
    /** Each type with how many locals it has, after the parameters. */
    readonly locals: readonly (readonly [count: number, type: number])[];
    readonly body: Code;
  },
): unknown {
  const { parameters, locals, body } = description;
  const code = [locals.length, ...locals.flat(), ...body, ...wasm.end];
  const bytes = Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, [1, 0x60, parameters.length, ...parameters, 0]),
    ...section(2, [1, ...name('host'), ...name('memory'), 2, 1, 1, ...unsignedLeb(maxMemoryPages)]),
    ...section(3, [1, 0]),
    ...section(7, [1, ...name('run'), 0, 0]),
    ...section(10, [1, ...unsignedLeb(code.length), ...code]),
  ]);
  const instance = new webAssembly.Instance(new webAssembly.Module(bytes), { host: { memory } });
  return instance.exports.run;
}

function section(id: number, content: Code): Code {
  return [id, ...unsignedLeb(content.length), ...content];
}

function name(text: string): Code {
  return [text.length, ...[...text].map((letter) => letter.charCodeAt(0))];
}

function unsignedLeb(value: number): number[] {
  const rest = value >>> 7;
  return rest === 0 ? [value & 0x7f] : [(value & 0x7f) | 0x80, ...unsignedLeb(rest)];
}

/** Of numbers that are not negative: a last byte whose sixth bit is set would be read as a sign. */
function signedLeb(value: number): number[] {
  return value < 64 ? [value] : [(value & 0x7f) | 0x80, ...signedLeb(value >>> 7)];
}
