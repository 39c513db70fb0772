import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createFolderArtifacts } from '../../src/objects/artifacts.ts';
import { readPredictions } from '../../src/serving/log/read.ts';
import { builtProgram } from '../built.ts';
import { ALWAYS, foldersIn, tailed } from './rows.ts';
import { biased, rows } from './world.ts';

const CHILD = builtProgram('test/serving/gateway-child.ts');

let dir: string;
let child: ChildProcess | undefined;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'kill-'));
});
afterEach(async () => {
  child?.kill('SIGKILL');
  await rm(dir, { recursive: true });
});

async function startChild() {
  const { sha256 } = await createFolderArtifacts(join(dir, 'artifacts')).putBytes(biased(0));
  const program = [CHILD, join(dir, 'artifacts'), join(dir, 'log'), sha256];
  const started = spawn(process.execPath, program, { stdio: ['ignore', 'pipe', 'inherit'] });
  child = started;
  for await (const address of createInterface({ input: started.stdout })) {
    return { url: `${address}/v2/models/flights/infer`, child: started };
  }
  throw new Error('the gateway did not start');
}

/** Polls until `url` no longer answers; returns when each answer came. */
async function load(url: string, answers: Map<string, number>, name: string) {
  for (let count = 0; ; count += 1) {
    const id = `${name}-${count}`;
    const body = JSON.stringify(rows([[count, 'AA']], { parameters: { ids: [id] } }));
    const headers = { 'content-type': 'application/json' };
    const status = await fetch(url, { method: 'POST', headers, body })
      .then((response) => response.arrayBuffer().then(() => response.status))
      .catch(() => undefined);
    if (status === undefined) return;
    expect(status).toBe(200);
    answers.set(id, performance.now());
  }
}

// Two processes start here, which takes time on a busy machine.
describe('serving: a gateway that is killed', () => {
  it('loses at most the answers of its last second, and its successor continues in a new segment', async () => {
    const answered = new Map<string, number>();
    for (const life of ['first', 'second']) {
      const { url, child: running } = await startChild();
      const answers = new Map<string, number>();
      const clients = ['a', 'b', 'c'].map((client) => load(url, answers, `${life}-${client}`));
      const begun = performance.now();
      while (answers.size < 300 || performance.now() - begun < 1500)
        await new Promise((resolve) => setTimeout(resolve, 10));
      running.kill('SIGKILL');
      const killed = performance.now();
      await Promise.all([once(running, 'exit'), ...clients]);

      const logged = new Set((await tailed(join(dir, 'log'))).map(({ row }) => row?.id));
      const lost = [...answers].filter(([id]) => !logged.has(id));
      for (const [id, at] of lost) expect(killed - at, `${id} was lost`).toBeLessThan(1000);
      expect(logged.has(`${life}-a-0`)).toBe(true);
      expect(lost.length).toBeLessThan(answers.size);
      for (const [id, at] of answers) if (logged.has(id)) answered.set(id, at);
    }
    // A batch job sees the same rows as the tail; a row may be logged whose answer never arrived.
    const read = (await readPredictions(foldersIn(join(dir, 'log')), ALWAYS)).map(({ id }) => id);
    expect(new Set(read).size).toBe(read.length);
    expect([...answered.keys()].filter((id) => !read.includes(id))).toEqual([]);
  });
});
