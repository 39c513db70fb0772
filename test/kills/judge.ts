import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { FINAL, type Run } from '../../src/core/ports/runs.ts';
import type { Container } from '../../src/wiring/container.ts';
import type { Chat } from '../story/chat.ts';
import { processes } from '../story/processes.ts';
import { LINES, modelOf } from './workspace.ts';

export const isOver = ({ status }: Run): boolean => FINAL.includes(status);
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

/** Why a training may fail here: what supervised it was killed, each worker that tried was, or a server while it ended. */
const REASONS = [
  /SIGKILL|was killed|is lost/,
  /The worker died \d times/,
  /(registry|queue|Redis) (did not answer|is unreachable|cannot be reached)/,
];

/** The runs whose message does not say yet how they ended, and what it says. */
export async function notShown(begun: readonly string[], chat: Chat): Promise<string[]> {
  const posts = await chat.posts();
  return begun.flatMap((run) => {
    const title = posts.findLast(({ card }) => card?.footer === run)?.card?.title ?? 'nothing';
    return / is trained$| failed$/.test(title) ? [] : [`${run}: ${title}`];
  });
}

/** Each run has ended once: in the registry, the audit log, the channel and the store. */
export async function judgeEnds(
  begun: readonly string[],
  { registry, artifacts }: Pick<Container, 'registry' | 'artifacts'>,
  chat: Chat,
) {
  const runs = await Promise.all(begun.map((id) => registry.runs.get(id)));
  const versions = await registry.versions.list('flights', 1000);
  const events = await registry.audit.after(0, 10_000);
  const posts = await chat.posts();
  const faults: string[] = [];
  for (const run of runs) {
    const made = versions.filter((version) => version.run === run.id);
    const registered = events.filter(
      ({ action, subject }) =>
        action === 'version.register' && made.some((version) => version.id === subject),
    );
    const shown = posts
      .filter(({ card }) => card?.footer === run.id)
      .map(({ card }) => card?.title);
    if (run.status === 'failed') {
      const isKnown = REASONS.some((reason) => reason.test(run.error ?? ''));
      const isAlone = shown.length === 1 && shown[0] === 'Training flights failed';
      if (!isKnown || !isAlone) faults.push(`${run.id}: ${run.error} (${shown.join(', ')})`);
      continue;
    }
    const [version] = made;
    const number = version?.number;
    expect({ ...run, made: made.length, registered: registered.length, shown }).toMatchObject({
      ...{ status: 'succeeded', version: number, made: 1, registered: 1 },
      shown: [`flights v${number} is trained`],
    });
    const model = modelOf(run.id);
    expect(version?.artifact.sha256).toBe(sha256(model));
    expect(sha256(await artifacts.read(sha256(model)))).toBe(sha256(model));
    expect(Object.keys(version?.reported ?? {})).toHaveLength(LINES);
  }
  expect(faults).toEqual([]);
  expect(versions.map(({ run }) => run).filter((run) => !begun.includes(run))).toEqual([]);
  expect((await registry.audit.verify()).fault).toBeUndefined();
  return runs;
}

/** The output of each run is whole, unless it began again: no line is missing, none is there twice. */
export async function judgeLogs(home: string, runs: readonly Run[]): Promise<void> {
  const lines = Array.from({ length: LINES }, (_, n) => `line ${n}`);
  for (const { id, status, execution } of runs) {
    if (status !== 'succeeded' || execution?.number !== 1) continue;
    const log = await readFile(join(home, 'runs', id, 'log.txt'), 'utf8');
    // Among others may be why it could not be evaluated at first.
    const own = log.split('\n').filter((line) => line.startsWith('line '));
    expect({ id, log: own }).toEqual({ id, log: lines });
  }
}

/** What is in the folders of runs besides their logs. */
export async function foldersLeft(home: string): Promise<string[]> {
  const found: string[] = [];
  for (const run of await readdir(join(home, 'runs')))
    for (const name of await readdir(join(home, 'runs', run)))
      if (name !== 'log.txt') found.push(`${run}/${name}`);
  return found;
}

/** What should not be there any more, in words: folders of shims, and processes. */
export async function leftBy(runs: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const name of await readdir(tmpdir())) {
    if (!name.startsWith('wheelhouse-')) continue;
    const request = await readFile(join(tmpdir(), name, 'request.json'), 'utf8').catch(() => '');
    if (runs.some((run) => request.includes(`"${run}"`))) found.push(join(tmpdir(), name));
  }
  for (const { pid, words } of await processes())
    if (runs.some((run) => words.includes(run))) found.push(`${pid} ${words.slice(0, 200)}`);
  return found;
}

/** What the queue still has to do, and who holds something in it. */
export async function queued({ queue }: Pick<Container, 'queue'>): Promise<string[]> {
  const depths = await queue.depths();
  const busy = depths.flatMap(({ lane, jobs: { wait, prioritized, active, delayed } }) =>
    wait + prioritized + active + delayed === 0
      ? []
      : [`${lane}: ${wait} ${prioritized} ${active} ${delayed}`],
  );
  return busy;
}
