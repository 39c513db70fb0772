import { runDrift } from '../../src/wiring/files/drift.ts';

/** One drift check in a process of its own, that tells how long it lived and how much memory it took. */
const nowhere = { write: () => undefined };
await runDrift([...process.argv.slice(2), '--json'], { stdout: nowhere, stderr: process.stderr });
process.send?.({
  seconds: performance.now() / 1000,
  megabytes: process.resourceUsage().maxRSS / 1024,
});
