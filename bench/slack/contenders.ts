import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import { parse, stringify } from 'yaml';
import { z } from 'zod';
import { handleInbound } from '../../jobs/inbound.ts';
import { freePort } from '../../src/embedded/free-port.ts';
import { queueOf } from '../../src/queue/jobs.ts';
import { FLIGHTS, openBenchHouse } from '../container.ts';
import { startChild } from './child.ts';
import { SECRET, TOKEN } from './requests.ts';
import { openSender, type Sender } from './send.ts';
import type { Sink } from './sink.ts';

export interface Contender extends Sender {
  pid: number;
  close(): Promise<void>;
}

export interface Ours extends Contender {
  /** From now on commands are only stored, not answered. */
  hold(): Promise<void>;
  /** Stored and new commands are answered. */
  letGo(): Promise<void>;
  /** Events that are waiting or being answered. */
  stored(): Promise<number>;
}

const Port = z.object({ port: z.number() });
const BARE = fileURLToPath(new URL('./bare.ts', import.meta.url));

export async function openBare(dir: string, sink: Sink): Promise<Contender> {
  const given = { SLACK_API_URL: sink.apiUrl, SECRET, TOKEN };
  const argv = [process.execPath, '--import', import.meta.resolve('tsx'), BARE] as const;
  const child = await startChild(
    { argv: [...argv, JSON.stringify(given)], env: {} },
    join(dir, 'bare.log'),
  );
  const { port } = Port.parse(JSON.parse(child.said));
  const sender = openSender(`http://127.0.0.1:${port}/slack/events`);
  return {
    ...sender,
    pid: child.pid,
    async close() {
      await sender.close();
      await child.stop();
    },
  };
}

/** The bot role, with the Slack adapter open for requests; no other role runs. */
export async function openOurs(dir: string, sink: Sink): Promise<Ours> {
  await writeWorkspace(dir);
  const bench = await openBenchHouse({ roles: [], workspace: dir });
  const redis = new Redis(bench.redisUrl, { maxRetriesPerRequest: null });
  const bell = new Queue(queueOf(handleInbound.lane, 'slack'), {
    connection: redis,
    prefix: 'wheelhouse',
  });
  const hangUp = async () => {
    await bell.close();
    redis.disconnect();
    await bench.close();
  };
  try {
    const port = await freePort();
    // In its environment, as on a server: no other programs run here.
    const { argv, env, secrets } = bench.program('bot');
    const slack = {
      SLACK_BOT_TOKEN: TOKEN,
      SLACK_SIGNING_SECRET: SECRET,
      SLACK_API_URL: sink.apiUrl,
      SLACK_PORT: String(port),
      SLACK_HOST: '127.0.0.1',
    };
    const child = await startChild(
      { argv, env: { ...env, ...secrets, ...slack } },
      join(dir, 'bot.log'),
    );
    const sender = openSender(`http://127.0.0.1:${port}/slack/events`);
    return {
      ...sender,
      pid: child.pid,
      hold: () => bell.pause(),
      letGo: () => bell.resume(),
      stored: () => bell.getJobCountByTypes('waiting', 'active', 'delayed'),
      async close() {
        await sender.close();
        await child.stop();
        await hangUp();
      },
    };
  } catch (error) {
    await hangUp();
    throw error;
  }
}

const People = z.looseObject({ people: z.record(z.string(), z.looseObject({})) });

/** The example's workspace, with Slack accounts for its people. */
async function writeWorkspace(dir: string): Promise<void> {
  const name = 'wheelhouse.yaml';
  const workspace = People.parse(parse(await readFile(join(FLIGHTS, name), 'utf8')));
  for (const [id, slack] of [
    ['dev', 'U0DEV'],
    ['lead', 'U0LEAD'],
  ] as const)
    Object.assign(workspace.people[id] ?? {}, { identities: { slack } });
  await writeFile(join(dir, name), stringify(workspace));
}
