import type { Redis } from 'ioredis';

/** After this a process that was killed, or that hangs, has lost its lease. */
export const LEASE_MS = 6000;

/** A process, as others see it. */
export interface Identity {
  /** Of this start of the process. */
  id: string;
  /** In words, for people. */
  name: string;
  version: string;
}

interface Taking {
  /** See `Holder.seat`; only of a process that has just started. */
  seat?: string | undefined;
  starting?: boolean;
}

interface LeaseRow {
  name: string;
  id: string;
  holder: string;
  version: string;
  since: Date;
  token: number;
}

export interface LeaseStore {
  /** The number of the lease, or undefined if another process has it. */
  take(name: string, taking?: Taking): Promise<number | undefined>;
  /** False if it is not ours any more. */
  renew(name: string, token: number): Promise<boolean>;
  release(name: string, token: number): Promise<void>;
  list(): Promise<LeaseRow[]>;
}

/**
 * KEYS: lease, counter, names. ARGV: id, name of the process, version, milliseconds, name of the lease, seat, whether
 * the process is starting. The number follows the clock of Redis, so that it also grows if Redis has lost its data.
 */
const TAKE = `
local held = redis.call('HMGET', KEYS[1], 'id', 'seat')
local follows = ARGV[7] == '1' and ARGV[6] ~= '' and held[2] == ARGV[6]
if held[1] and held[1] ~= ARGV[1] and not follows then return false end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local token = string.format('%.0f', math.max(now, tonumber(redis.call('GET', KEYS[2]) or '0') + 1))
redis.call('SET', KEYS[2], token)
redis.call('HSET', KEYS[1], 'id', ARGV[1], 'holder', ARGV[2], 'version', ARGV[3], 'since', string.format('%.0f', now), 'token', token, 'seat', ARGV[6])
redis.call('PEXPIRE', KEYS[1], ARGV[4])
redis.call('SADD', KEYS[3], ARGV[5])
return token`;

/** KEYS: lease. ARGV: id, number, milliseconds. */
const RENEW = `
local held = redis.call('HMGET', KEYS[1], 'id', 'token')
if held[1] ~= ARGV[1] or held[2] ~= ARGV[2] then return 0 end
return redis.call('PEXPIRE', KEYS[1], ARGV[3])`;

/** KEYS: lease. ARGV: id, number. */
const RELEASE = `
local held = redis.call('HMGET', KEYS[1], 'id', 'token')
if held[1] ~= ARGV[1] or held[2] ~= ARGV[2] then return 0 end
return redis.call('DEL', KEYS[1])`;

/** Each answer is one script, so that nothing happens between what it reads and what it writes. */
export function createLeaseStore(redis: Redis, prefix: string, me: Identity): LeaseStore {
  const keyOf = (name: string) => `${prefix}:lease:${name}`;
  const names = `${prefix}:leases`;
  return {
    async take(name, { seat = '', starting = false } = {}) {
      const keys = [keyOf(name), `${prefix}:lease-number:${name}`, names];
      const given = [me.id, me.name, me.version, LEASE_MS, name, seat, starting ? '1' : '0'];
      const token = await redis.eval(TAKE, keys.length, ...keys, ...given);
      return token === null ? undefined : Number(token);
    },
    renew: async (name, token) =>
      (await redis.eval(RENEW, 1, keyOf(name), me.id, String(token), LEASE_MS)) === 1,
    async release(name, token) {
      await redis.eval(RELEASE, 1, keyOf(name), me.id, String(token));
    },
    list: () => readLeases(redis, prefix),
  };
}

/** The leases that somebody has, by name. */
export async function readLeases(redis: Redis, prefix: string): Promise<LeaseRow[]> {
  const known = (await redis.smembers(`${prefix}:leases`)).toSorted();
  const rows = await Promise.all(
    known.map(async (name) => ({ name, row: await redis.hgetall(`${prefix}:lease:${name}`) })),
  );
  return rows.flatMap(({ name, row: { id, holder = '', version = '', since, token } }) =>
    id === undefined
      ? []
      : [{ name, id, holder, version, since: new Date(Number(since)), token: Number(token) }],
  );
}
