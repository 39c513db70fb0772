import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ownEnvironment } from '../config/environment.ts';
import { readSettings } from '../config/settings.ts';
import { setSessionPriority } from '../src/core/session-priority.mjs';
import { freePort } from '../src/embedded/free-port.ts';
import { startRedis } from '../src/embedded/redis/start-redis.ts';
import { startEmbeddedStore } from '../src/embedded/store-process.ts';
import { createCrew } from '../src/supervisor/crew.ts';
import type { Program } from '../src/supervisor/keep-running.ts';
import { roleProgram } from '../src/supervisor/programs.ts';
import { type Container, openContainer } from '../src/wiring/container.ts';
import { createLog } from '../src/wiring/log.ts';
import { BUILT } from '../test/built.ts';

export interface BenchHouse {
  /** This process's access to the registry, the queue and the artifacts. */
  container: Container;
  botUrl: string;
  gatewayUrl: string;
  redisUrl: string;
  token: string;
  /** How to start a role for this container, if the bench starts one itself. */
  program(role: string): Program;
  /** Ends every process and deletes every file. */
  close(): Promise<void>;
}

const TOKEN = 'only-for-the-time-of-the-bench';
/** The monitor role does not affect what is measured here. */
const ROLES = ['policy', 'serve', 'worker', 'bot'];
export const FLIGHTS = fileURLToPath(new URL('../examples/flights', import.meta.url));

/**
 * A complete Wheelhouse in separate processes on loopback: store, Redis and, by default, gateway, worker and bot. It
 * has its own Redis even if REDIS_URL is set, because other workers may listen there.
 */
export async function openBenchHouse({
  roles = ROLES,
  workspace = FLIGHTS,
}: {
  roles?: readonly string[];
  workspace?: string;
} = {}): Promise<BenchHouse> {
  const dir = await mkdtemp(join(tmpdir(), 'bench-container-'));
  const crew = createCrew(join(dir, 'logs'), (text) => process.stderr.write(`${text}\n`));
  const close = async () => {
    await crew.dismiss();
    await rm(dir, { recursive: true, force: true });
  };
  try {
    const store = await startEmbeddedStore({ dir: join(dir, 'store') });
    // As the supervisor starts it.
    setSessionPriority(store.pid, 'low');
    crew.join({ name: 'the store', stop: store.stop, kill: () => {} });
    const redis = await startRedis({ dir: join(dir, 'redis') });
    crew.join({ name: 'Redis', stop: redis.stop, kill: () => {} });
    const settings = readSettings({
      REDIS_URL: redis.url,
      MONGODB_URI: store.uri,
      WHEELHOUSE_HOME: dir,
      WHEELHOUSE_WORKSPACE: workspace,
      WHEELHOUSE_PORT: String(await freePort()),
      WHEELHOUSE_INFERENCE_PORT: String(await freePort()),
    });
    const container = await openContainer(settings, createLog('bench', 'warn'));
    crew.join({ name: 'the bench', stop: container.close, kill: () => {} });
    const environment = ownEnvironment();
    const addresses = { redisUrl: redis.url, mongodbUri: store.uri };
    const servers = { ...addresses, token: TOKEN, environment, ofAdapters: [], ofTargets: [] };
    const program = (role: string) => ({
      ...roleProgram(role, settings, servers),
      argv: [process.execPath, BUILT.main, 'role', role] as const,
    });
    const hired = [];
    for (const role of roles) hired.push(await crew.hire(program(role)));
    await Promise.all(hired.map(({ ready }) => ready));
    return {
      container,
      botUrl: `http://${settings.host}:${settings.port}`,
      gatewayUrl: settings.inferenceUrl,
      redisUrl: redis.url,
      token: TOKEN,
      program,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}
