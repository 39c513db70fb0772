import { type Growth, shareOfShift, windowsGrown } from '../../sequential/growth.ts';
import type { Readings } from '../../sequential/readings.ts';
import { type Certified, short } from './sequential.ts';

/** What the reference can certify with the windows that joined it. */
export function certifiedNow(
  certified: Certified | undefined,
  { gauges }: Readings,
  growth: Growth | undefined,
): Certified | undefined {
  if (!certified || growth?.since == null) return certified;
  const { grown, since } = growth;
  const now = (one: Certified['least']) => {
    const at = gauges.findIndex(
      ({ column, gauge }) => column === one?.column && gauge === 'location',
    );
    const gauge = gauges[at];
    return one && gauge ? { ...one, shift: one.shift * shareOfShift(gauge, grown[at]) } : one;
  };
  // The least known column may have grown past the best known one.
  const [least, most] = [now(certified.least), now(certified.most)].toSorted(
    (a, b) => (a?.shift ?? 0) - (b?.shift ?? 0),
  );
  return {
    ...certified,
    ...{ least, most },
    grown: { windows: windowsGrown(growth, gauges), since, alone: certified.least },
  };
}

/** As stored every hour. */
export function shortened({ since, grown, pending }: Growth): Growth {
  const sums = (all: Growth['grown']) =>
    all.map(([windows, sum, squares]) => [windows, short(sum), short(squares)] as const);
  return { since, grown: sums(grown), pending: sums(pending) };
}
