import { setTimeout as wait } from 'node:timers/promises';
import { openScript } from '../inference/open.ts';
import { median, quantile } from '../numbers.ts';
import type { Phase, Traffic } from './traffic.ts';

/** What goes on in a window: nothing, only rows scored beside, or what is measured. */
const KINDS = ['quiet', 'beside', 'during'] as const;
type Kind = (typeof KINDS)[number];
/** The windows of one measurement, which follow each other, by their places in the list of phases. */
export type Places = Record<Kind, number>;
export type Windows = Record<Kind, Phase> & { what: string };

/** Milliseconds: the p99 of the stable version's requests in one measurement, and without it right before. */
export interface Part {
  what: string;
  quiet: number;
  during: number;
  ratio: number;
  /** Of a minute that contains it. */
  minute: number;
}

const MINUTE_S = 60;

interface Lengths {
  /** Of the windows in which nothing happens. */
  quietS: number;
  /** What a start or an end leaves behind belongs to no window. */
  settleS: number;
}

interface Scored {
  file: string;
  perSecond: number;
}

/**
 * Begins the window of what is measured, right after one in which nothing happens and one in which another process
 * scores as many rows: so all three have the same noise of the machine.
 */
export async function openWindows(
  traffic: Traffic,
  { file, perSecond }: Scored,
  { quietS, settleS }: Lengths,
): Promise<Places> {
  await settle(traffic, settleS);
  const quiet = traffic.begin();
  await wait(1000 * quietS);
  traffic.begin();
  const scorer = await openScript('../rollout/scorer.ts', [file, String(perSecond)]);
  await settle(traffic, settleS);
  const beside = traffic.begin();
  await wait(1000 * quietS);
  traffic.begin();
  await scorer.close();
  await settle(traffic, settleS);
  return { quiet, beside, during: traffic.begin() };
}

async function settle(traffic: Traffic, settleS: number): Promise<void> {
  traffic.begin();
  await wait(1000 * settleS);
}

export function windowsAt(what: string, phases: readonly Phase[], places: Places): Windows {
  const at = (kind: Kind): Phase => phases[places[kind]] ?? { stable: [], all: [] };
  return { what, quiet: at('quiet'), beside: at('beside'), during: at('during') };
}

/**
 * Medians over all measurements: of the p99, and of its ratio to that of the quiet window right before.
 * @param perSecond requests in each second of a window
 */
export function p99Of(windows: readonly Windows[], perSecond: number) {
  const parts = windows.map((one) => partOf(one, perSecond));
  const of = (value: (part: Part) => number) => median(parts.map(value));
  const beside = windows.map((one) => quantile(one.beside.stable, 0.99));
  return {
    p99: {
      quiet: of(({ quiet }) => quiet),
      during: of(({ during }) => during),
      ratio: of(({ ratio }) => ratio),
      all: median(windows.map(({ during }) => quantile(during.all, 0.99))),
      minute: of(({ minute }) => minute),
      minuteRatio: of(({ minute, quiet }) => minute / quiet),
      parts,
    },
    beside: {
      p99: median(beside),
      ratio: median(parts.map(({ quiet }, at) => (beside[at] ?? Number.NaN) / quiet)),
    },
  };
}

function partOf({ what, quiet, during }: Windows, perSecond: number): Part {
  const [before, now] = [quantile(quiet.stable, 0.99), quantile(during.stable, 0.99)];
  const minute = p99OfMinute(quiet.stable, during.stable, perSecond);
  return { what, quiet: before, during: now, ratio: now / before, minute };
}

/**
 * The p99 as a dashboard shows it: of a minute that consists of `during` and, for the rest, of seconds such as `quiet`. Of
 * `during` alone if that is longer.
 */
export function p99OfMinute(
  quiet: readonly number[],
  during: readonly number[],
  perSecond: number,
): number {
  const rest = Math.max(0, MINUTE_S * perSecond - during.length);
  const each = quiet.length > 0 ? rest / quiet.length : 0;
  const weighed = [
    ...quiet.map((ms) => ({ ms, weight: each })),
    ...during.map((ms) => ({ ms, weight: 1 })),
  ].toSorted((a, b) => a.ms - b.ms);
  let left = 0.99 * weighed.reduce((sum, { weight }) => sum + weight, 0);
  for (const { ms, weight } of weighed) {
    left -= weight;
    // Sums of weights are not exact.
    if (left <= 1e-9) return ms;
  }
  return Number.NaN;
}
