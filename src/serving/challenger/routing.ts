/** FNV-1a with the finalizer of MurmurHash3, so that keys that differ in their last letter are far apart. */
function hash(text: string, seed: number): number {
  let state = seed ^ 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1)
    state = Math.imul(state ^ text.charCodeAt(at), 0x01000193);
  state ^= state >>> 16;
  state = Math.imul(state, 0x85ebca6b);
  state ^= state >>> 13;
  state = Math.imul(state, 0xc2b2ae35);
  return (state ^ (state >>> 16)) >>> 0;
}

/** Another one for each rollout, so that not always the same callers meet a challenger first. */
export const seedOf = (deployment: string): number => hash(deployment, 0);

/**
 * Whether a request goes to the challenger. The same key always goes to the same version, and a key that the challenger
 * answers at 5% is answered by it at 25% too.
 * @param weight in percent
 */
export const isChallengers = (key: string, seed: number, weight: number): boolean =>
  hash(key, seed) < (weight / 100) * 2 ** 32;
