// A library that is not there.
process.send!(
  { ok: false, elapsedMs: 1, message: 'libonnxruntime.so.1: cannot open shared object file' },
  () => process.disconnect(),
);
