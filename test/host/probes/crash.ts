// A library that crashes as it loads.
process.kill(process.pid, 'SIGSEGV');
setTimeout(() => {}, 10_000);
