import type { Falsely } from './simulate.ts';

export function grouped<T>(items: readonly T[], key: (item: T) => string): [string, T[]][] {
  const groups = new Map<string, T[]>();
  for (const item of items) groups.set(key(item), [...(groups.get(key(item)) ?? []), item]);
  return [...groups];
}

export function added(all: readonly Falsely[]): Falsely {
  return {
    alarms: all.reduce((sum, { alarms }) => sum + alarms, 0),
    years: all.reduce((sum, { years }) => sum + years, 0),
  };
}

export const perTwoYears = (counted: Falsely): string => perPeriod(counted, 2);

export function perPeriod({ alarms, years }: Falsely, period: number): string {
  if (years === 0) return 'still learning';
  const [low, high] = poissonInterval(alarms).map((bound) => (period * bound) / years);
  const shown = (value = 0) => value.toFixed(2);
  return `${shown((period * alarms) / years)} (${shown(low)} to ${shown(high)})`;
}

/** 95% interval of a Poisson mean (Garwood 1936), by bisection. */
export function poissonInterval(events: number): [number, number] {
  const upTo = (mean: number, most: number) => {
    let term = Math.exp(-mean);
    let sum = 0;
    for (let k = 0; k <= most; k += 1) {
      sum += term;
      term *= mean / (k + 1);
    }
    return sum;
  };
  const solve = (most: number, probability: number) => {
    let [low, high] = [0, 10 + 4 * events];
    for (let step = 0; step < 60; step += 1) {
      const middle = (low + high) / 2;
      if (upTo(middle, most) > probability) low = middle;
      else high = middle;
    }
    return (low + high) / 2;
  };
  return [events === 0 ? 0 : solve(events - 1, 0.975), solve(events, 0.025)];
}

export function table(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(columns), line(columns.map(() => '---')), ...rows.map(line)].join('\n');
}
