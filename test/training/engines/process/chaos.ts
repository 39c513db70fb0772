import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import { z } from 'zod';
import { Handle } from '../../../../src/training/engines/process/files.ts';
import { choose, randomFrom } from '../../../storm/random.ts';
import { SEED } from '../../../sweep.ts';
import { until } from '../../runner.ts';
import { processesWith } from '../processes.ts';

const CHILD = fileURLToPath(new URL('./worker-child.ts', import.meta.url));
const LINES = 20;
/** What is checked of a run. */
const Stored = z.object({ handle: Handle.optional(), outcome: z.string().optional() });

/**
 * Runs trainings while workers, and some supervisors, are killed at random moments: each run ends once, with its
 * complete output, and nothing is left running.
 */
export async function killAtRandom({ runs: count, kills }: { runs: number; kills: number }) {
  const folder = await mkdtemp(join(tmpdir(), 'wheelhouse-chaos-'));
  const word = `chaos-${randomUUID()}`;
  const script = `// ${word}
    let n = 0;
    const step = () => {
      console.log('line ' + n);
      console.log(JSON.stringify({ metric: 'm' + n, value: n }));
      if (++n < ${LINES}) return setTimeout(step, 50 + Math.random() * 200);
      require('node:fs').writeFileSync(process.env.WHEELHOUSE_RUN_DIR + '/m', process.env.WHEELHOUSE_RUN);
      console.log('{"artifact": "model", "path": "m"}');
    };
    step();`;
  const runs = Array.from({ length: count }, (_, n) => `run-${n}`);
  const worker = () =>
    spawn(process.execPath, ['--import', 'tsx', CHILD, folder, script, ...runs], {
      stdio: ['ignore', 'inherit', 'inherit'],
    });
  const storedOf = (run: string): unknown => {
    const path = join(folder, `${run}.json`);
    return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : {};
  };
  const handleOf = (run: string) => Stored.parse(storedOf(run)).handle;
  const supervisors = new Set<string>();
  const random = randomFrom(SEED);
  try {
    for (let kill = 0; kill < kills; kill += 1) {
      const child = worker();
      // Earlier, it has not begun: most of a worker's start is loading its own code.
      const [first = ''] = runs;
      await until('a run is started', async () => handleOf(first) !== undefined);
      await delay(random() * 1000);
      const run = choose(random, runs);
      const handle = handleOf(run);
      const mayDie = handle && !supervisors.has(run) && processesWith(word).length > 0;
      if (mayDie && kill % 2 === 1) {
        supervisors.add(run);
        try {
          process.kill(handle.supervisor.pid, 'SIGKILL');
        } catch {
          // It has ended successfully.
        }
      }
      child.kill('SIGKILL');
      await once(child, 'close');
    }
    const [code] = await once(worker(), 'close');
    expect(code).toBe(0);
    const outcomes = runs.map((run) => Stored.parse(storedOf(run)).outcome);
    expect(outcomes).toEqual(runs.map((run) => `${run} ${LINES}`));
    const lines = Array.from({ length: LINES }, (_, n) => `line ${n}`);
    for (const run of runs.filter((one) => !supervisors.has(one)))
      expect(
        readFileSync(join(folder, 'runs', run, 'log.txt'), 'utf8')
          .trim()
          .split('\n'),
      ).toEqual(lines);
    await until('nothing is left', async () => processesWith(word).length === 0);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
