import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { ownEnvironment } from '../../config/environment.ts';
import { readSettings, type Settings } from '../../config/settings.ts';
import { freePort } from '../../src/embedded/free-port.ts';
import { renewPassword, uriOf } from '../../src/embedded/password.ts';
import { createCrew } from '../../src/supervisor/crew.ts';
import { openJournal } from '../../src/supervisor/journal.ts';
import { keepRedis } from '../../src/supervisor/keep-redis.ts';
import { roleProgram, storeProgram } from '../../src/supervisor/programs.ts';
import { runKeys } from '../../src/wiring/proof/keys.ts';
import { BUILT } from '../built.ts';
import { isAlive, processes } from '../story/processes.ts';

const TOKEN = 'a-token-of-the-bot-in-this-test';
/** Two workers: one goes on with what the other one left. */
const ROLES = ['policy', 'serve', 'worker', 'worker', 'monitor', 'bot'] as const;

/** How each is recognized among the children of this process. */
const MARKS = {
  ...{ policy: / role policy/, serve: / role serve/, worker: / role worker/ },
  ...{ monitor: / role monitor/, bot: / role bot/ },
  ...{ redis: /^\S*(redis|valkey)-server/, store: /embedded\/main\.js/ },
};
export type Role = keyof typeof MARKS;
export const KILLED = Object.keys(MARKS).filter((role): role is Role => role in MARKS);

export interface Site {
  settings: Settings;
  chat: { url: string; token: string };
  /** SIGKILL to those that are chosen of what runs now. @returns how many */
  kill(role: Role, which: (pids: readonly number[]) => readonly number[]): Promise<number>;
  /** What the roles complained of. */
  said(): string;
  /** SIGTERM to all roles; Redis and the store go on until `close`. */
  stopRoles(): Promise<void>;
  close(): Promise<void>;
}

/** What dies often here must not be away for longer each time. */
const atOnce = () => ({ next: () => 0 });

/** All roles as processes, from the build, kept running as in a demo; but programs outlive their workers. */
export async function openSite(folder: string, secrets: Record<string, string>): Promise<Site> {
  const home = join(folder, 'home');
  const notices: string[] = [];
  const note = (text: string) => void notices.push(text);
  const servers = createCrew(join(folder, 'logs'), note, atOnce);
  const roles = createCrew(join(folder, 'logs'), note, atOnce);
  const close = async () => {
    await roles.dismiss();
    await servers.dismiss();
  };
  try {
    await mkdir(home);
    const environment = { ...withoutServers(ownEnvironment()), ...secrets };
    const store = { dir: join(home, 'store'), port: await freePort() };
    const password = await renewPassword(store.dir);
    const program = storeProgram(store.dir, store.port, {
      environment: withoutServers(ownEnvironment()),
      ofAdapters: [],
    });
    const kept = await servers.hire({
      ...program,
      argv: [process.execPath, BUILT.storeMain, ...program.argv.slice(-4)],
    });
    await kept.ready;
    const journal = await openJournal(join(folder, 'logs'), 'redis');
    const redis = await keepRedis(join(home, 'redis'), journal, note, atOnce());
    servers.join({ name: 'Redis', ...redis });
    const addresses = { redisUrl: redis.url, mongodbUri: uriOf(store.port, password) };
    const settings = readSettings({
      ...secrets,
      REDIS_URL: addresses.redisUrl,
      MONGODB_URI: addresses.mongodbUri,
      WHEELHOUSE_HOME: home,
      WHEELHOUSE_WORKSPACE: join(folder, 'workspace'),
      WHEELHOUSE_PORT: String(await freePort()),
      WHEELHOUSE_INFERENCE_PORT: String(await freePort()),
    });
    await runKeys(['create'], { write: () => true }, { home });
    const ofObjects = Object.keys(secrets);
    const hired = [];
    for (const [n, role] of ROLES.entries()) {
      const given = {
        ...addresses,
        token: TOKEN,
        environment,
        ofAdapters: [],
        ofTargets: [],
        ofObjects,
      };
      const { env, ...rest } = roleProgram(role, settings, given);
      const own = { WHEELHOUSE_DEMO: '0', WHEELHOUSE_USER: 'dev', WHEELHOUSE_TRAININGS: '4' };
      hired.push(
        await roles.hire({
          ...rest,
          name: `${role}-${n}`,
          argv: [process.execPath, BUILT.main, 'role', role],
          env: { ...env, ...own, WHEELHOUSE_METRICS_PORT: 'off', WHEELHOUSE_LOG_LEVEL: 'warn' },
        }),
      );
    }
    await Promise.all(hired.map(({ ready }) => ready));

    const pidsOf = async (role: Role) =>
      (await processes())
        .filter(({ parent, words }) => parent === process.pid && MARKS[role].test(words))
        .map(({ pid }) => pid);
    return {
      settings,
      chat: { url: `http://${settings.host}:${settings.port}`, token: TOKEN },
      async kill(role, which) {
        const chosen = which(await pidsOf(role)).filter(isAlive);
        for (const pid of chosen) process.kill(pid, 'SIGKILL');
        return chosen.length;
      },
      said: () => notices.slice(-60).join('\n'),
      stopRoles: roles.dismiss,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Those of the suite are shared with other tests. */
function withoutServers({ REDIS_URL: _, MONGODB_URI: __, ...rest }: NodeJS.ProcessEnv) {
  return rest;
}
