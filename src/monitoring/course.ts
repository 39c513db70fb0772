/** What the thread of an alert was told last: what has a problem, and how large it was. */
export interface Told {
  signals: readonly string[];
  /** In the measure of the monitor's kind; larger is worse. */
  size: number;
}

/** A change of an open alert that is worth a message. */
export interface Turn {
  kind: 'worse' | 'better';
  /** Signals that were not told of before. */
  joined: readonly string[];
  /** Signals that were told of, and are gone. */
  left: readonly string[];
  /** Sizes as told last and now. */
  size: { before: number; now: number };
  /** What is told with it: compare later windows with this. */
  told: Told;
}

/** What other monitors of the same alert found: the thread is told of each thing once. */
export interface Elsewhere {
  /** Signals that the thread was told of by them. */
  told: readonly string[];
  /** Signals that they find now. */
  found: readonly string[];
  /** One of them measures the same, and tells how large it is. */
  measured: boolean;
}

const ALONE: Elsewhere = { told: [], found: [], measured: false };

/** A problem that is as much larger or smaller is worth a message. */
const FACTOR = 1.5;
/** One window may be chance: it is worse in this many windows in a row. */
const WORSE_IN = 2;
/** Good news can wait longer, so that a figure on the edge is not told again and again. */
const BETTER_IN = 3;

/**
 * Whether the newest window makes an open alert worse or better than its thread was told last. A new signal
 * counts at once, because monitors confirm signals over several windows before they report them. Undefined
 * for more of the same.
 * @param windows evaluated windows up to the newest, oldest first
 */
export function turnOf(
  told: Told,
  windows: readonly Told[],
  elsewhere: Elsewhere = ALONE,
): Turn | undefined {
  const newest = windows.at(-1);
  if (!newest) return undefined;
  const known = [...told.signals, ...elsewhere.told];
  const joined = newest.signals.filter((name) => !known.includes(name));
  const latest = windows.slice(-BETTER_IN);
  const isKnown = latest.length === BETTER_IN;
  const left = told.signals.filter(
    (name) =>
      isKnown &&
      !elsewhere.found.includes(name) &&
      latest.every(({ signals }) => !signals.includes(name)),
  );
  const grown = windows.slice(-WORSE_IN);
  const isSized = told.size > 0 && !elsewhere.measured;
  const isLarger =
    isSized && grown.length === WORSE_IN && grown.every(({ size }) => size >= told.size * FACTOR);
  const isSmaller = isKnown && latest.every(({ size }) => size <= told.size / FACTOR);
  const turn = { joined, left, size: { before: told.size, now: newest.size } };
  const kept = told.signals.filter((name) => !left.includes(name));
  const signals = [...kept, ...joined];
  if (joined.length > 0 || isLarger)
    return { ...turn, kind: 'worse', told: { signals, size: newest.size } };
  // Without any signal it may be over, which its monitor decides.
  if (signals.length === 0 || !(left.length > 0 || (isSized && isSmaller))) return undefined;
  return { ...turn, kind: 'better', told: { signals, size: newest.size } };
}
