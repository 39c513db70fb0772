import { figure } from '../core/figures.ts';

interface Held {
  why: 'switch' | 'others' | 'replay';
  rows?: number | undefined;
  of?: number | undefined;
}

/** Why a window was not judged. */
export function heldBackWords({ why, rows = 0, of = 0 }: Held): string {
  const share = `${figure(rows)} of its ${figure(of)} rows`;
  const reason = {
    switch: 'a version was deployed, restored or taken out of service within the window',
    others: `for a part of the window another version answered (${share})`,
    replay: `${share} arrived more than a day late, as in a replay, beside rows that arrived in time`,
  }[why];
  return `Held back: ${reason}. It neither confirms nor clears anything.`;
}
