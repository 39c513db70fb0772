import type { Window } from '../../src/core/model.ts';
import type { Needs } from '../../src/core/world.ts';
import { type HeldBack, heldBack } from '../../src/monitoring/held-back.ts';
import type { WatchedVersion } from './due-windows.ts';

/** Windows further back than so many deployments are older than any that is evaluated now. */
const DEPLOYMENTS = 50;

/** For each window, what explains it besides a change of the data, if anything does. */
export async function heldBackOf(
  windows: readonly Window[],
  { spec, environment, version }: WatchedVersion,
  { deployments, profiles }: Needs<'deployments' | 'profiles'>,
): Promise<(HeldBack | undefined)[]> {
  const [first] = windows;
  if (!first) return [];
  const endpoint = { model: spec.name, environment };
  const rowsOf = (untimed: boolean) => profiles.buckets(endpoint, first.from, { version, untimed });
  const [history, all, timed, untimed] = await Promise.all([
    deployments.history(spec.name, environment, DEPLOYMENTS),
    profiles.buckets(endpoint, first.from),
    ...([false, true] as const).map(rowsOf),
  ]);
  const switches = history.flatMap(({ since, takenOut }) => [
    since,
    ...(takenOut ? [takenOut.at] : []),
  ]);
  const seen = { switches, own: [...(timed ?? []), ...(untimed ?? [])], all };
  return windows.map((window) => heldBack(window, seen));
}
