// A machine that takes its time.
setTimeout(() => {}, 60_000);
