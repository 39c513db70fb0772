import { number } from '../text.ts';

/** An axis from `min` to `max` in whole steps, so that its first and last lines have a label. */
export interface Scale {
  min: number;
  max: number;
  step: number;
}

/**
 * The smallest axis in steps of 1, 2, 2.5 or 5 times a power of ten that contains low and high in about `count`
 * steps. Equal ends are moved apart first, by a tenth of their size.
 */
export function niceScale(low: number, high: number, count: number): Scale {
  const [from, to] = apart(low, high);
  const rough = (to - from) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const factor = [1, 2, 2.5, 5].find((each) => each * power >= rough * 0.999) ?? 10;
  const step = factor * power;
  // Rounded, because 3 × 0.1 is not 0.3 and would be shown as 0.30000000000000004.
  const whole = (value: number) => Number((value * step).toPrecision(12));
  return {
    min: whole(Math.floor(from / step + 1e-9)),
    max: whole(Math.ceil(to / step - 1e-9)),
    step,
  };
}

/** A tick's label: as many decimals as its step needs, the same for the whole axis. */
export function tick(value: number, step: number): string {
  if (Math.abs(value) < step / 1e6) return '0';
  if (Math.abs(value) >= 10_000 || step < 1e-4) return number(value);
  const digits = [0, 1, 2, 3, 4, 5].find(
    (n) => Math.abs(step * 10 ** n - Math.round(step * 10 ** n)) < 1e-6,
  );
  return value.toFixed(digits ?? 5).replace('-', '−');
}

/** For a value between two pixels. */
export function position(
  value: number,
  { min, max }: Pick<Scale, 'min' | 'max'>,
  from: number,
  to: number,
): number {
  return from + ((value - min) / (max - min)) * (to - from);
}

const nothing = 1e-12;

function apart(low: number, high: number): [number, number] {
  const size = Math.max(Math.abs(low), Math.abs(high));
  // A difference below a billionth of the size, or of zero, is numerical noise.
  if (high - low > Math.max(size * 1e-9, nothing)) return [low, high];
  const reach = size > nothing ? size / 10 : 1;
  return [low - reach, high + reach];
}
