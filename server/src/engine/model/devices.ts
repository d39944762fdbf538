// What can run a model, by the names that people choose: the table that every other part asks. Accelerators stand in
// the order in which they are tried; the CPU and WebAssembly come after all of them.

export type AcceleratorName = 'coreml' | 'directml' | 'cuda' | 'webgpu';

export interface Accelerator {
  readonly name: AcceleratorName;
  /** What ONNX Runtime calls it. */
  readonly provider: string;
  /** Platforms whose build of ONNX Runtime may have it, as `process.platform` names them. */
  readonly platforms: readonly string[];
}

export const accelerators: readonly Accelerator[] = [
  { name: 'coreml', provider: 'coreml', platforms: ['darwin'] },
  { name: 'directml', provider: 'dml', platforms: ['win32'] },
  // Its libraries are a separate download (docs/CONTRIBUTING.md); without them it says so at once.
  { name: 'cuda', provider: 'cuda', platforms: ['linux', 'win32'] },
  { name: 'webgpu', provider: 'webgpu', platforms: ['darwin', 'win32', 'linux'] },
];

/** What `--device` and the setting accept. */
export const deviceNames: readonly string[] = [
  'auto',
  'cpu',
  'wasm',
  ...accelerators.map(({ name }) => name),
];

export function findAccelerator(name: string): Accelerator | undefined {
  return accelerators.find((one) => one.name === name);
}

/** How an accelerator did in a process of its own. */
export interface DeviceTrial {
  readonly device: AcceleratorName;
  readonly passed: boolean;
  readonly elapsedMs: number;
  /** Times as fast as the CPU with one batch of an index; absent where it did not come so far. */
  readonly speedup?: number;
  /** A sentence for the user. */
  readonly reason: string;
}

/** Less is not worth another library in the process. */
export const smallestDeviceSpeedup = 1.3;
