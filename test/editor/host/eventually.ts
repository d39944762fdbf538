// Waiting for an editor that answers in its own time. A failed wait says what was there instead.

const pollIntervalMs = 50;

/**
 * Calls `look` until it neither throws nor answers undefined, and answers what it did; after `timeoutMs` fails
 * with its last error. Assertions belong into `look`, so that the message shows the state that was found.
 */
export async function eventually<T>(
  what: string,
  look: () => T | undefined | PromiseLike<T | undefined>,
  timeoutMs = 45_000,
): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    let problem: unknown;
    try {
      const found = await look();
      if (found !== undefined) return found;
    } catch (error) {
      problem = error;
    }
    if (Date.now() > deadline) {
      throw new Error(`Waited ${timeoutMs / 1000} s in vain: ${what}.`, { cause: problem });
    }
    await new Promise((resolve) => setTimeout(resolve, pollIntervalMs));
  }
}
