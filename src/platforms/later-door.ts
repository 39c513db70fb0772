import type { Platform } from '../core/platform.ts';

type Known = Pick<Platform, 'name' | 'paceMs' | 'spell'>;
type Loaded = Required<Omit<Platform, 'spell'>>;

/**
 * A door whose code is loaded when it is used. A platform's own libraries take up to a second and tens
 * of megabytes of every process that merely names the platform.
 */
export function laterDoor(known: Known, load: () => Promise<Loaded>): Platform {
  let loading: Promise<Loaded> | undefined;
  const door = () => {
    loading ??= load();
    return loading;
  };
  return {
    ...known,
    start: async (hallway) => (await door()).start(hallway),
    stop: async () => (await loading)?.stop(),
    post: async (...post) => (await door()).post(...post),
    edit: async (...edit) => (await door()).edit(...edit),
    answer: async (...answer) => (await door()).answer(...answer),
    whoIs: async (...account) => (await door()).whoIs(...account),
    reactions: async (...where) => (await door()).reactions(...where),
  };
}
