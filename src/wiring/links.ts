import type { Log } from '../core/log.ts';
import type { World } from '../core/world.ts';

type Parts = Pick<World, 'links' | 'people' | 'bus'> & { log: Log };

/** Keeps who is who as people linked their accounts, here and in every other process. */
export async function followLinks({ links, people, bus, log }: Parts): Promise<() => void> {
  const load = async () => people.replaceLinks(await links.list());
  await load();
  return bus.subscribe('people', () => {
    load().catch((err: unknown) => log.warn({ err }, 'reading which accounts are linked'));
  });
}
