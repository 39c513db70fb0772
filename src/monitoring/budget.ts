import { z } from 'zod';
import type { BudgetShare } from '../core/model.ts';

const HOURS = { day: 24, week: 168, month: 730, year: 8760 } as const;
const FORM = /^(\d{1,4}) per (?:(\d{1,4}) )?(day|week|month|year)s?$/;

/** How many false alarms may be raised in how long: `1 per 2 years`. */
export const FalseAlarms = z
  .string()
  .refine((text) => hoursOf(text) !== undefined, 'expected e.g. "1 per 2 years"');

/** One in two years. */
export const DEFAULT_FALSE_ALARMS = '1 per 2 years';

/** What a monitor keeps to: what it states itself, or else its share of the model's budget. */
export function budgetOf({
  settings,
  budget,
}: {
  settings: { false_alarms?: string | undefined };
  budget?: BudgetShare | undefined;
}): BudgetShare {
  const { false_alarms: own } = settings;
  if (own !== undefined) return { falseAlarms: own, monitors: 1 };
  return budget ?? { falseAlarms: DEFAULT_FALSE_ALARMS, monitors: 1 };
}

/** The number of windows with one false alarm on average; below 1 it makes no sense. */
export function windowsOfBudget(
  { falseAlarms, monitors }: BudgetShare,
  windowHours: number,
): number {
  return ((hoursOf(falseAlarms) ?? 0) * monitors) / windowHours;
}

/**
 * `2 years` for `1 per 2 years`, `6 years` for a third of it, and `year 2 times` for `2 per year`: the time with so many
 * false alarms of this monitor.
 */
export function timeOfBudget({ falseAlarms, monitors }: BudgetShare): string {
  const [, alarms = '1', many = '1', unit = 'year'] = FORM.exec(falseAlarms) ?? [];
  const length = Number(many) * monitors;
  const time = length === 1 ? unit : `${length} ${unit}s`;
  return alarms === '1' ? time : `${time} ${alarms} times`;
}

/** `false_alarms: 1 per 2 years`, or `… for the model, shared by 3 monitors`. */
export function budgetWords({ falseAlarms, monitors }: BudgetShare): string {
  const all = `false_alarms: ${falseAlarms}`;
  return monitors === 1 ? all : `${all} for the model, shared by ${monitors} monitors`;
}

/** Hours with one false alarm. */
function hoursOf(text: string): number | undefined {
  const [, alarms, many = '1', unit] = FORM.exec(text) ?? [];
  const hours = Object.entries(HOURS).find(([name]) => name === unit)?.[1];
  if (!hours || Number(alarms) < 1 || Number(many) < 1) return undefined;
  return (hours * Number(many)) / Number(alarms);
}
