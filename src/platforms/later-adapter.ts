import type { Platform } from '../core/platform.ts';

type Known = Pick<Platform, 'name' | 'paceMs' | 'spell' | 'oneConnection'>;
type Loaded = Required<Omit<Platform, 'spell' | 'channelsEnd' | 'oneConnection'>>;

/**
 * An adapter whose code is loaded on first use: a platform's libraries would cost every process that lists the
 * platform up to a second and tens of megabytes.
 */
export function laterAdapter(known: Known, load: () => Promise<Loaded>): Platform {
  let loading: Promise<Loaded> | undefined;
  const adapter = () => {
    loading ??= load();
    return loading;
  };
  return {
    ...known,
    start: async (dispatch) => (await adapter()).start(dispatch),
    stop: async () => (await loading)?.stop(),
    post: async (...post) => (await adapter()).post(...post),
    edit: async (...edit) => (await adapter()).edit(...edit),
    remove: async (...where) => (await adapter()).remove(...where),
    answer: async (...answer) => (await adapter()).answer(...answer),
    whoIs: async (...account) => (await adapter()).whoIs(...account),
    mark: async (...mark) => (await adapter()).mark(...mark),
    direct: async (...account) => (await adapter()).direct(...account),
    reactions: async (...where) => (await adapter()).reactions(...where),
    replies: async (...where) => (await adapter()).replies(...where),
  };
}
