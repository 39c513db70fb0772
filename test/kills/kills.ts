import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { openContainer } from '../../src/wiring/container.ts';
import { createLog } from '../../src/wiring/log.ts';
import { type Double, startDouble } from '../objects/s3/double/server.ts';
import { relay } from '../scale/relay.mjs';
import { randomFrom } from '../storm/random.ts';
import { chatOf } from '../story/chat.ts';
import { eventually } from '../story/eventually.ts';
import { SEED } from '../sweep.ts';
import type { OpenPlace } from '../training/engines/ground.ts';
import { killing, startTrainings } from './act.ts';
import { foldersLeft, isOver, judgeEnds, judgeLogs, leftBy, notShown, queued } from './judge.ts';
import { openSite } from './site.ts';
import { writeKillsWorkspace } from './workspace.ts';

interface Wanted {
  kind: string;
  open: OpenPlace;
  runs: number;
}

/**
 * Trains while every role, Redis and the store among them, and what supervises programs are killed at moments that the
 * seed decides. In the end each run ended once, with its model, or failed with the reason, and nothing is left.
 */
export async function killEveryRole({ kind, open, runs: count }: Wanted): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'wheelhouse-kills-'));
  await chmod(folder, 0o755); // for the users of programs
  const undo: (() => unknown)[] = [() => rm(folder, { recursive: true, force: true })];
  try {
    const place = await open(folder);
    undo.push(place.close);
    // Programs on this machine need none.
    const store = kind === 'process' ? undefined : await startDouble({ page: 1000 });
    if (store) undo.push(store.close);
    const server = store && reached(store, place.reach, undo);
    if (store) place.bring?.(portOf(store.endpoint));
    await writeKillsWorkspace(join(folder, 'workspace'), {
      engine: { kind, ...place.settings },
      objects: server,
    });
    const secrets: Record<string, string> = store
      ? {
          AWS_ACCESS_KEY_ID: store.keys.accessKeyId,
          AWS_SECRET_ACCESS_KEY: store.keys.secretAccessKey,
        }
      : {};
    const site = await openSite(folder, secrets);
    undo.push(site.close);
    const container = await openContainer(site.settings, createLog('kills', 'silent'));
    undo.push(container.close);
    const chat = chatOf(site.chat);
    const { runs } = container.registry;
    let last = '';
    const unfinished = async () => (await runs.list({ limit: 500 })).filter((run) => !isOver(run));
    const scene = () => site.said();

    const rage = killing(site, runs, randomFrom(SEED));
    undo.push(rage.end);
    const started = performance.now();
    const { begun, refused } = await startTrainings(chat, runs, count, scene);
    // A few may last: they wait for whoever finds what a dead worker left.
    const few = async () => (await unfinished()).length <= count / 10;
    await eventually('most runs are over', few, { within: 300_000, scene });
    const kills = await rage.end();
    const whatLasts = () => `${scene()}\n${last}`;
    const over = async () => {
      const still = await unfinished();
      last = JSON.stringify(still, undefined, 1);
      return still.length === 0;
    };
    await eventually('all runs are over', over, { within: 300_000, scene: whatLasts });
    const seconds = Math.round((performance.now() - started) / 1000);

    const settled = async () => {
      const open = [...(await runs.unended()).map(({ id }) => id), ...(await queued(container))];
      last = open.join('\n');
      return open.length === 0;
    };
    await eventually('nothing waits', settled, { within: 180_000, scene: whatLasts });
    // What was not delivered, because whoever should have been woken for it died, is found again after a while.
    const shown = async () => {
      last = (await notShown(begun, chat)).join('\n');
      return last === '';
    };
    await eventually('each message says how its run ended', shown, {
      ...{ within: 180_000, scene: whatLasts },
    });
    const ended = await judgeEnds(begun, container, chat);
    for (const run of refused)
      expect((await runs.get(run).catch(() => undefined))?.status ?? 'failed').toBe('failed');
    if (kind === 'process') await judgeLogs(site.settings.home, ended);
    // A worker that starts removes what those before it left in the folders of runs.
    await site.kill('worker', (pids) => pids);
    const cleared = async () => {
      last = (await foldersLeft(site.settings.home)).join('\n');
      return last === '';
    };
    await eventually('the folders of runs are cleared', cleared, {
      ...{ within: 120_000, scene: whatLasts },
    });
    await site.stopRoles();
    expect(await container.queue.leases.list()).toEqual([]);
    const all = [...begun, ...refused];
    const left = async () => [
      ...(await place.left()),
      ...(await leftBy(all)),
      ...[...(store?.objects.keys() ?? [])].filter((key) => key.includes('/slots/')),
    ];
    await eventually(
      'nothing is left',
      async () => {
        last = (await left()).join('\n');
        return last === '';
      },
      { within: 30_000, scene: whatLasts },
    );

    const failed = ended.filter(({ status }) => status === 'failed');
    for (const { id, error } of failed) console.info(`${id}: ${error}`);
    expect(failed.length).toBeLessThanOrEqual(count / 2);
    const again = ended.filter(({ execution }) => (execution?.number ?? 1) > 1);
    console.info(
      `${kind}, seed ${SEED}: ${count} runs in ${seconds} s ended once, ${failed.length} of them as failed, ${again.length} began again; ` +
        `refused: ${refused.length}; killed: ${Object.entries(kills)
          .map(([role, n]) => `${role} ${n}`)
          .join(', ')}`,
    );
  } finally {
    for (const step of undo.toReversed()) await step();
  }
}

const portOf = (endpoint: string): number => Number(new URL(endpoint).port);

/** The store at the address that machines elsewhere see it at, which is part of what is signed. */
function reached(store: Double, port: number | undefined, undo: (() => unknown)[]): Double {
  if (port === undefined) return store;
  const outside = relay(String(port), String(portOf(store.endpoint)));
  undo.push(() => outside.close());
  return { ...store, endpoint: `http://127.0.0.1:${port}` };
}
