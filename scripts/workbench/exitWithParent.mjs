// Loaded into a server process before anything else: ends it when the process that started it is gone,
// however that one ended. The sign is the end of stdin, which the parent holds open and never writes to.

process.stdin.on('end', () => process.exit(0));
process.stdin.on('error', () => process.exit(0));
process.stdin.resume();
// Only a listener: it must not be what keeps the process alive.
process.stdin.unref?.();
