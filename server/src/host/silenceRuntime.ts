// Keeps ONNX Runtime from telling its maker about this machine. In: the environment of the process, before the library
// is loaded anywhere in it; processes that are started later inherit it. Out: the same, with one variable more.
//
// Since 1.30 the builds for Linux and macOS have telemetry that is on by default: they keep an identity of the device
// among the user's caches, write into the temporary folder, and try to send what they see. They also match the whole
// command line against a regular expression that recurses once per character, so that many file names crash the thread.
// Only the environment of the process counts: the copy that a worker thread has is never seen by the library.

export const silencingVariable = 'ORT_DISABLE_TELEMETRY';

export function silenceRuntime(environment: Record<string, string | undefined>): void {
  environment[silencingVariable] = '1';
}
