import { cpus, loadavg } from 'node:os';
import { Redis } from 'ioredis';

/** The machine of the measurement. Its load shows how noisy the figures are. */
export interface Machine {
  cpu: string;
  cores: number;
  node: string;
  redis: string;
  /** Load averages of the last 1, 5 and 15 minutes. */
  load: number[];
}

export async function describeMachine(redisUrl: string): Promise<Machine> {
  const cores = cpus();
  return {
    cpu: cores[0]?.model.trim() ?? 'unknown',
    cores: cores.length,
    node: process.version,
    redis: await redisVersion(redisUrl),
    load: loadavg().map((value) => Math.round(value * 10) / 10),
  };
}

async function redisVersion(url: string): Promise<string> {
  const redis = new Redis(url);
  try {
    return /^redis_version:(\S+)/m.exec(await redis.info('server'))?.[1] ?? 'unknown';
  } finally {
    redis.disconnect();
  }
}

export function machineLine({ cpu, cores, node, redis, load }: Machine): string {
  return `${cores} × ${cpu}, Node ${node}, Redis ${redis}, load average ${load.join(' ')}`;
}
