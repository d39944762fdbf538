// Processor time of this process, for tests that must tell linear from quadratic work on a machine that is busy with
// something else: it does not grow while others have their turn.

export function cpuTimeMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
