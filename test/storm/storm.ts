import type { Act } from './acts.ts';
import type { Player } from './play.ts';
import { isReaction } from './play.ts';
import { type Random, shuffled } from './random.ts';
import { type Script, WINDOW } from './script.ts';
import type { Mishap, Stage } from './stage.ts';

/**
 * Why a storm must have the same result as calm conditions:
 * - An act that depends on another (a cancellation, a second vote) is done by a person who has seen it, and is further
 * from it in the script than the storm shuffles. All other commands and buttons commute: each thing is trained,
 * requested, cancelled, acknowledged or voted on by one person once.
 * - Emoji are added and removed in the order of the script; only their events are lost, repeated and late. Requests
 * with emoji votes need more votes than there are people, so that they stay open, and at the end the votes must equal
 * the emoji: neither order nor number of the events matters. The steps in between may differ, and so may the audit
 * trail, but it must lead to these votes.
 * - A request decided by one emoji gets that emoji only.
 * - The bot's clock does not move, so that votes are ordered by name only.
 */
const REPEATED = 0.2;
const LOST = 0.15;
const TROUBLED = 0.1;
const AT_ONCE = 6;
/** The connection breaks in every nth window, and in a short storm in the last one. */
const CUT_EVERY = 6;
/**
 * Emoji of this time have no events; only a fresh read finds them. This holds for every window with a broken
 * connection.
 */
const AWAY_AT_THE_END = 3;
/** A repeat is at most this many windows late. */
const LATEST = 3;

/** In order, each received before the next. */
export async function inCalm({ acts }: Script, player: Player): Promise<void> {
  for (const act of acts) {
    if (isReaction(act)) await (await player.react(act)).again();
    else await player.perform(act);
  }
}

type Doing = () => Promise<unknown>;

/** What the storm did, so that a test can see that there was one. */
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
    // A double click within a moment uses the same connection.
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

/** Half of the failing calls have taken effect. */
function mishapIn(random: Random): Mishap | undefined {
  if (random() >= TROUBLED) return undefined;
  const kind = random();
  if (kind < 0.25) return 'busy';
  return kind < 0.625 ? 'refused' : 'answer lost';
}

/** All of them, in order, a few at a time. */
async function all(doings: readonly Doing[]): Promise<void> {
  const queue = [...doings];
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (let next = queue.shift(); next; next = queue.shift()) await next();
    }),
  );
}
