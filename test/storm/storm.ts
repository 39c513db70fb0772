import type { Act } from './acts.ts';
import type { Player } from './play.ts';
import { isReaction } from './play.ts';
import { type Random, shuffled } from './random.ts';
import { type Script, WINDOW } from './script.ts';
import type { Mishap, Stage } from './stage.ts';

/**
 * Why a storm may leave nothing else behind than calm weather does:
 * - What builds on something (a cancellation, a second vote) is done by somebody who has seen it, and
 *   stands further from it in the script than the storm shuffles. All other commands and buttons
 *   commute: each thing is trained, asked for, cancelled, acknowledged or voted on by one person once.
 * - Emoji come on and go off in the order of the script; only the events that tell of it are lost,
 *   repeated and late. What is voted on by emoji needs more votes than there are people, so that it
 *   stays open, and at the end the votes must be what stands: neither order nor number of the events
 *   has a say. What happened in between may differ, and so may its trail: that must lead to the votes.
 * - What is decided by one emoji gets that emoji only.
 * - The clock of the bot stands still, so that votes have no order but that of their names.
 */
const REPEATED = 0.2;
const LOST = 0.15;
const TROUBLED = 0.1;
const AT_ONCE = 6;
/** The connection is cut in every so many windows, and in a short storm in the last one. */
const CUT_EVERY = 6;
/** What emoji do then, nobody tells: only who looks can know. So it is in every window with a cut. */
const AWAY_AT_THE_END = 3;
/** A repeat comes at most so many windows late. */
const LATEST = 3;

/** One after the other, each heard before the next. */
export async function inCalm({ acts }: Script, player: Player): Promise<void> {
  for (const act of acts) {
    if (isReaction(act)) await (await player.react(act)).again();
    else await player.perform(act);
  }
}

type Doing = () => Promise<unknown>;

/** What the storm did, so that a test sees that there was one. */
export interface Damage {
  repeated: number;
  lost: number;
  cut: number;
  calls: number;
  troubled: number;
}

export async function inStorm(
  { acts }: Script,
  player: Player,
  stage: Stage,
  random: Random,
): Promise<Damage> {
  const damage: Damage = { repeated: 0, lost: 0, cut: 0, calls: 0, troubled: 0 };
  stage.mishaps = () => {
    damage.calls += 1;
    const mishap = mishapIn(random);
    if (mishap) damage.troubled += 1;
    return mishap;
  };
  const late: Doing[][] = [];
  const later = (window: number, doing: Doing) => {
    damage.repeated += 1;
    const at = window + Math.floor(random() * (LATEST + 1));
    late[at] = [...(late[at] ?? []), doing];
  };

  const windows = Math.ceil(acts.length / WINDOW);
  const cutEvery = Math.min(CUT_EVERY, windows);
  for (let window = 0; window < windows || late.length > window; window += 1) {
    const now = acts.slice(window * WINDOW, (window + 1) * WINDOW);
    const doings: Doing[] = [];
    const isCut = window % cutEvery === cutEvery - 1;
    const away = isCut || window >= windows - AWAY_AT_THE_END;
    for (const act of now) {
      if (!isReaction(act)) continue;
      const event = await player.react(act);
      if (away || random() < LOST) damage.lost += 1;
      else doings.push(event.again);
      if (!away && random() < REPEATED) later(window, event.again);
    }
    for (const act of now) {
      if (isReaction(act) || isTwice(act)) continue;
      const repeated = random() < REPEATED;
      doings.push(async () => {
        const told = await player.perform(act);
        if (repeated) later(window + 1, told.again);
      });
    }
    // A finger that slips twice within a moment does so with the same connection.
    await all(now.flatMap((act) => (isTwice(act) ? [() => player.perform(act)] : [])));
    const mixed = shuffled(random, [...doings, ...(late[window] ?? [])]);
    const middle = Math.floor(mixed.length / 2);
    if (isCut)
      mixed.splice(middle, 0, async () => {
        if (await stage.cut(damage.cut)) damage.cut += 1;
      });
    await all(mixed);
  }
  stage.mishaps = undefined;
  return damage;
}

function isTwice(act: Act): act is Extract<Act, { kind: 'press' }> {
  return act.kind === 'press' && act.twice;
}

/** Half of what breaks has taken effect before. */
function mishapIn(random: Random): Mishap | undefined {
  if (random() >= TROUBLED) return undefined;
  const kind = random();
  if (kind < 0.25) return 'busy';
  return kind < 0.625 ? 'refused' : 'answer lost';
}

/** All of them, in their order, a few at a time. */
async function all(doings: readonly Doing[]): Promise<void> {
  const queue = [...doings];
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (let next = queue.shift(); next; next = queue.shift()) await next();
    }),
  );
}
