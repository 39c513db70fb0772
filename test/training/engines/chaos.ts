import { spawn } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import { z } from 'zod';
import { Handle } from '../../../src/training/engines/process/files.ts';
import type { EngineFixture } from '../../contracts/engine.ts';
import { choose, randomFrom } from '../../storm/random.ts';
import { SEED } from '../../sweep.ts';
import { until } from '../runner.ts';
import { processesWith, shimOf } from './processes.ts';

const CHILD = fileURLToPath(new URL('./worker-child.ts', import.meta.url));
const LINES = 20;
/** Of no bytes. */
const NOTHING = createHash('sha256').digest('hex');
/** What is looked at of a run. */
const Stored = z.object({
  id: z.string().optional(),
  handle: z.json().optional(),
  outcome: z.string().optional(),
});

type Open = EngineFixture['open'];
interface Chaos {
  kind: string;
  open: Open;
  runs: number;
  kills: number;
}

/**
 * Runs trainings while workers, and some of what supervises a program, are killed at random moments: each run ends once,
 * with its whole output and its artifact, or failed with the reason, and nothing is left.
 */
export async function killAtRandom({ kind, open, runs: count, kills }: Chaos) {
  const folder = await mkdtemp(join(tmpdir(), 'wheelhouse-chaos-'));
  await mkdir(join(folder, 'workspace'));
  const ground = await open(folder, { [NOTHING]: '/dev/null' });
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
  const engine = JSON.stringify({ kind, ...ground.settings });
  const port = String(ground.port ?? 0);
  const worker = () =>
    spawn(process.execPath, ['--import', 'tsx', CHILD, folder, script, engine, port, ...runs], {
      stdio: ['ignore', 'inherit', 'inherit'],
    });
  const storedOf = (run: string): unknown => {
    const path = join(folder, `${run}.json`);
    return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : {};
  };
  const startedOf = (run: string) => {
    const { id, handle } = Stored.parse(storedOf(run));
    return id !== undefined && handle !== undefined ? { id, handle } : undefined;
  };
  const supervisors = new Set<string>();
  const random = randomFrom(SEED);
  try {
    for (let kill = 0; kill < kills; kill += 1) {
      const child = worker();
      // Sooner, it has not begun: most of a worker's start is reading its own code.
      const [first = ''] = runs;
      await until('a run is started', async () => startedOf(first) !== undefined);
      await delay(random() * 1000);
      const run = choose(random, runs);
      const started = startedOf(run);
      const mayDie = started && !supervisors.has(run) && processesWith(word).length > 0;
      if (mayDie && kill % 2 === 1) {
        const pid = supervisorOf(started);
        if (pid !== undefined) supervisors.add(run);
        try {
          if (pid !== undefined) process.kill(pid, 'SIGKILL');
        } catch {
          // It has ended well.
        }
      }
      child.kill('SIGKILL');
      await once(child, 'close');
    }
    const [code] = await once(worker(), 'close');
    expect(code).toBe(0);
    const outcomes = runs.map((run) => Stored.parse(storedOf(run)).outcome);
    const whole = (run: string) => `${run} ${LINES}`;
    // A cluster that only knows exit codes cannot tell a killed shim from a killed program.
    const isKilled = (run: string, outcome?: string) =>
      supervisors.has(run) && outcome?.includes('SIGKILL (exit code 137)');
    expect(
      outcomes.filter((outcome, n) => {
        const run = runs[n] ?? '';
        return outcome !== whole(run) && !isKilled(run, outcome);
      }),
    ).toEqual([]);
    const failed = outcomes.filter((outcome, n) => outcome !== whole(runs[n] ?? '')).length;
    console.info(
      `${kind}, seed ${SEED}: ${count} runs ended once, ${failed} of them as failed; killed: ${kills} workers, ${supervisors.size} supervisors`,
    );
    const lines = Array.from({ length: LINES }, (_, n) => `line ${n}`);
    for (const run of runs.filter((one) => !supervisors.has(one)))
      expect(
        readFileSync(join(folder, 'runs', run, 'log.txt'), 'utf8')
          .trim()
          .split('\n'),
      ).toEqual(lines);
    await until('nothing is left', async () => processesWith(word).length === 0);
  } finally {
    await ground.close();
    await rm(folder, { recursive: true, force: true });
  }
}

function supervisorOf({ id, handle }: { id: string; handle: unknown }): number | undefined {
  const here = Handle.safeParse(handle);
  return here.success ? here.data.supervisor.pid : shimOf(id)?.pid;
}
