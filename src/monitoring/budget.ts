import { z } from 'zod';

const HOURS = { day: 24, week: 168, month: 730, year: 8760 } as const;
const FORM = /^(\d{1,4}) per (?:(\d{1,4}) )?(day|week|month|year)s?$/;

/** How many false alarms may be raised in how long: `1 per 2 years`. */
export const FalseAlarms = z
  .string()
  .refine((text) => hoursOf(text) !== undefined, 'expected e.g. "1 per 2 years"');

/** One in two years. */
export const DEFAULT_FALSE_ALARMS = '1 per 2 years';

/** The number of windows with one false alarm on average; below 1 it makes no sense. */
export function windowsOfBudget(text: string, windowHours: number): number {
  return (hoursOf(text) ?? 0) / windowHours;
}

/** `2 years` of `1 per 2 years`, and `6 months` of `2 per year`: the time with one of them. */
export function timeOfBudget(text: string): string {
  const [, alarms = '1', many = '1', unit = 'year'] = FORM.exec(text) ?? [];
  if (alarms !== '1') return `${many === '1' ? unit : `${many} ${unit}s`} ${alarms} times`;
  return many === '1' ? unit : `${many} ${unit}s`;
}

/** Hours with one false alarm. */
function hoursOf(text: string): number | undefined {
  const [, alarms, many = '1', unit] = FORM.exec(text) ?? [];
  const hours = Object.entries(HOURS).find(([name]) => name === unit)?.[1];
  if (!hours || Number(alarms) < 1 || Number(many) < 1) return undefined;
  return (hours * Number(many)) / Number(alarms);
}
