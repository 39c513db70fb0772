/** One document stores them all; a program in a loop must not fill it. */
const MOST = 1000;

interface Metrics {
  readonly kept: Record<string, number>;
  /** Stores it; @returns if it cannot be stored, a line that says so */
  add(name: string, value: number): string | undefined;
}

/**
 * The metrics that a program reports. A name that cannot be stored must not fail a run that trained for hours:
 * it is left out, and the run's log says so.
 * @param before those of a program that is adopted
 */
export function collectMetrics(before: Readonly<Record<string, number>> = {}): Metrics {
  const kept: Record<string, number> = { ...before };
  let tooMany = false;
  return {
    kept,
    add(name, value) {
      const fault = faultIn(name);
      const shown = JSON.stringify(name.length > 60 ? `${name.slice(0, 60)}…` : name);
      if (fault !== undefined) return `Wheelhouse: the metric ${shown} is not kept: ${fault}.`;
      if (Object.hasOwn(kept, name) || Object.keys(kept).length < MOST) {
        kept[name] = value;
        return undefined;
      }
      if (tooMany) return undefined;
      tooMany = true;
      return `Wheelhouse: the metric ${shown} and further new ones are not kept: a run has at most ${MOST}.`;
    },
  };
}

function faultIn(name: string): string | undefined {
  if (name.length > 100) return 'a name has at most 100 characters';
  if (name.trim() === '') return 'a name cannot be empty';
  // Control characters and unpaired surrogates.
  if (/[\p{Cc}\p{Cs}]/u.test(name)) return 'a name has no control characters';
  if (name.startsWith('$')) return 'a name cannot begin with "$"';
  return name === '__proto__' ? 'the name is taken' : undefined;
}
