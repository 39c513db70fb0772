import type { RolloutCause, RolloutSignal, RuledMetric } from '../core/rollout.ts';

const NAMES: Readonly<Record<RuledMetric, string>> = {
  errors: 'Requests without a usable answer',
  latency: 'Slow requests',
  answers: 'Answers',
  flipped: 'Rows decided differently',
  performance: 'Loss by labels',
};

const VERDICTS: Readonly<Record<RolloutSignal['status'], string>> = {
  pass: 'within the limit',
  fail: 'worse',
  inconclusive: 'cannot be told yet',
  'not measured': 'not measured',
};

/** Percentage points with a sign: `+1.2`. */
const points = (share: number): string => {
  const value = 100 * share;
  const text = Math.abs(value).toFixed(Math.abs(value) < 10 ? 1 : 0);
  return Number(text) === 0 ? '0' : `${value < 0 ? '−' : '+'}${text}`;
};

export function signalRow(signal: RolloutSignal): string[] {
  const { metric, status, difference, low, high, limit, where, challenger } = signal;
  const name = where === undefined ? NAMES[metric] : `${NAMES[metric]}: ${where}`;
  if (challenger === 0)
    return [name, 'no requests yet', '', `+${points(limit).slice(1)}`, VERDICTS[status]];
  return [
    name,
    `${points(difference)} (${points(low)} to ${points(high)}) points`,
    drawn(signal),
    points(limit),
    VERDICTS[status],
  ];
}

/** Cells of the picture, from minus twice the limit to plus twice the limit. */
const CELLS = 21;

/**
 * The interval as a line of text: `····┊───●────│·····`, from −2 limits to +2 limits, with 0 at ┊, the limit at │, and
 * the difference at ●. An end beyond the picture is an arrow.
 */
function drawn({ difference, low, high, limit }: RolloutSignal): string {
  const range = 2 * Math.max(limit, 1e-6);
  const cell = (value: number) => Math.round(((value + range) / (2 * range)) * (CELLS - 1));
  const [from, to, at] = [cell(low), cell(high), cell(difference)];
  return Array.from({ length: CELLS }, (_, here) => {
    if (here === Math.min(CELLS - 1, Math.max(0, at))) return '●';
    if (here === 0 && from < 0) return '◄';
    if (here === CELLS - 1 && to > CELLS - 1) return '►';
    if (here === cell(0)) return '┊';
    if (here === cell(limit)) return '│';
    return here >= from && here <= to ? '─' : '·';
  }).join('');
}

export function causesInWords(causes: readonly RolloutCause[]): string {
  return causes.map(causeInWords).join('; ');
}

function causeInWords(cause: RolloutCause): string {
  if (cause.kind === 'broken') return cause.words.replace(/\.$/, '');
  if (cause.kind === 'split') {
    const share = ((100 * cause.challenger) / Math.max(1, cause.requests)).toFixed(1);
    return `the challenger got ${share}% of ${cause.requests.toLocaleString('en-GB')} requests instead of ${cause.weight}%, so the versions cannot be compared`;
  }
  const { metric, status, difference, low, high, where, challenger, limit } = cause.signal;
  const what = `${NAMES[metric].toLowerCase()}${where === undefined ? '' : ` (${where})`}`;
  if (challenger === 0) return `${what}: no requests were compared`;
  const interval = `${points(difference)} points (${points(low)} to ${points(high)})`;
  return status === 'fail'
    ? `${what}: ${interval}`
    : `${what}: ${interval}, allowed are ${points(limit)}`;
}
