import type { Groups } from '../core/task.ts';
import { seededRandom } from './random.ts';

/** Up to so many units are drawn one by one. */
const MOST = 20_000;
/**
 * So many blocks put the standard error of a difference within about 1% (1 / √(2 × blocks)) of that of its units; 2,000
 * draws put it within 1.6%.
 */
const BLOCKS = 4000;

/**
 * The units that a bootstrap draws: the groups themselves, or, where there are many, random blocks of equally many
 * groups. Sums of blocks have the variance of the sums of their groups, since groups are independent: a block of k
 * has k times that of a group, and there are k times fewer. A draw then costs the same however many rows there are.
 */
export function drawnUnits({ of, count }: Groups, seed: number): Groups {
  if (count <= MOST) return { of, count };
  const random = seededRandom(seed);
  const order = Int32Array.from({ length: count }, (_, at) => at);
  for (let at = count - 1; at > 0; at -= 1) {
    const other = Math.floor(random() * (at + 1));
    [order[at], order[other]] = [order[other] ?? 0, order[at] ?? 0];
  }
  const blockOf = new Int32Array(count);
  for (let at = 0; at < count; at += 1) blockOf[order[at] ?? 0] = at % BLOCKS;
  return { of: of.map((group) => blockOf[group] ?? 0), count: BLOCKS };
}
