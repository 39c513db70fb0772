import type { Settings } from '../../config/settings.ts';
import { systemClock } from '../core/clock.ts';
import { inWords } from '../core/errors.ts';
import { moment } from '../core/figures.ts';
import { visit } from '../embedded/redis/ping.ts';
import type { CheckResult } from '../platforms/kind.ts';
import { PREFIX } from '../queue/index.ts';
import { readLeases } from '../queue/leases/store.ts';
import { openRegistry } from '../registry/index.ts';
import { NO_MODELS } from './store.ts';

/** For streams and scripts as BullMQ uses them; it warns about older versions. */
const LEAST_REDIS = [6, 2] as const;

/** Whether the queue's server is reachable, and stores data durably. */
export async function examineRedis({ redisUrl }: Settings): Promise<CheckResult[]> {
  if (redisUrl === undefined)
    return [
      {
        what: 'REDIS_URL is not set',
        ok: false,
        next: 'Set it to redis://HOST:PORT; only the demo starts its own.',
      },
    ];
  let info: Map<string, string>;
  let leases: Awaited<ReturnType<typeof readLeases>>;
  try {
    info = fieldsOf(await visit(redisUrl, (redis) => redis.info()));
    leases = await visit(redisUrl, (redis) => readLeases(redis, PREFIX));
  } catch (error) {
    const next = 'Start it, or correct REDIS_URL.';
    return [{ what: `not reachable: ${inWords(error)}`, ok: false, next }];
  }
  const version = info.get('redis_version') ?? 'unknown';
  const policy = info.get('maxmemory_policy') ?? 'unknown';
  return [
    verdict(`reachable, version ${version}`, isNewEnough(version), 'Redis 7 or newer, or Valkey.'),
    verdict(
      `maxmemory-policy is ${policy}`,
      policy === 'noeviction',
      'Set "maxmemory-policy noeviction"; any other policy can lose jobs.',
    ),
    verdict(
      info.get('aof_enabled') === '1'
        ? 'keeps the queue on disk'
        : 'keeps the queue in memory only',
      info.get('aof_enabled') === '1',
      'Set "appendonly yes"; otherwise queued jobs are lost on a restart.',
    ),
    ...leases.map(({ name, holder, version, since }) => ({
      what: `lease "${name}": ${holder}, release ${version}, since ${moment(since)} UTC`,
      ok: true,
    })),
  ];
}

/** Whether the registry's server is reachable, and whether this release can read its data. */
export async function examineStore({
  mongodbUri,
}: Pick<Settings, 'mongodbUri'>): Promise<CheckResult[]> {
  if (mongodbUri === undefined)
    return [
      {
        what: 'MONGODB_URI is not set',
        ok: false,
        next: 'Set it to mongodb://HOST/NAME; only the demo starts its own.',
      },
    ];
  try {
    const registry = await openRegistry({
      ...{ uri: mongodbUri, clock: systemClock, models: NO_MODELS },
    });
    const versions = await registry.schemaVersions().finally(() => registry.close());
    return [{ what: 'answers', ok: true }, versionOf(versions)];
  } catch (error) {
    const next = 'Start it, or correct MONGODB_URI.';
    return [{ what: `not reachable: ${inWords(error)}`, ok: false, next }];
  }
}

/** Whether this release can read the data in the registry. */
function versionOf({ data, code }: { data: number; code: number }): CheckResult {
  if (data === code) return { what: `data version ${data}, as this release needs`, ok: true };
  if (data < code)
    return {
      what: `data version ${data}; the next start migrates it to ${code}`,
      ok: true,
    };
  return {
    what: `data version ${data}; this release reads up to ${code}`,
    ok: false,
    next: 'Install the release that wrote it, or a newer one.',
  };
}

export function verdict(what: string, ok: boolean, next: string): CheckResult {
  return ok ? { what, ok } : { what, ok, next };
}

function fieldsOf(info: string): Map<string, string> {
  const pairs = info.split(/\r?\n/).map((line): [string, string] => {
    const colon = line.indexOf(':');
    return [line.slice(0, colon), line.slice(colon + 1)];
  });
  return new Map(pairs);
}

function isNewEnough(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > LEAST_REDIS[0] || (major === LEAST_REDIS[0] && minor >= LEAST_REDIS[1]);
}
