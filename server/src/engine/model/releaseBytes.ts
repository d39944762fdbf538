// Large memory is given back when it is done with, and not when the garbage collector finds out: it sees small objects.

/** Nobody may hold any part of these bytes any more. */
export function releaseBytes({ buffer }: Uint8Array): void {
  if (buffer instanceof ArrayBuffer && !buffer.detached) buffer.transfer(0);
}
