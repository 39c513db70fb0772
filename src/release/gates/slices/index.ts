import { z } from 'zod';
import { defineGate } from '../../../core/define-gate.ts';
import type { Slice } from '../../../core/evaluation-report.ts';
import { withinSentence } from '../../../core/metrics.ts';
import { beside, called, count } from '../words.ts';

/**
 * No group of rows is served much worse than all others. Hundreds of groups are tested, so the worst one looks bad by
 * chance: one counts only if it is worse at 5% after Holm's correction over all of them, and by more than is allowed.
 */
export const slices = defineGate({
  name: 'slices',
  summary: 'no group of rows is certainly worse than all others by more than is allowed',
  key: 'worst_slice',
  form: '{worst_slice}',
  settings: z.object({
    /** In the unit of the metric by which slices are compared. */
    worst_slice: z.number().min(0),
    /** Default: all. */
    columns: z.array(z.string()).min(1).optional(),
  }),
  faults: ({ columns = [] }, { features }) =>
    columns
      .filter((column) => !features.includes(column))
      .map((column) => ({ key: 'columns', words: `no feature "${column}"` })),
  judge({ worst_slice: allowed, columns }, { report }, about) {
    const base = { name: 'worst slice', limit: `at most ${allowed} worse` };
    if (!report) {
      const words = 'The version was evaluated before slices were measured.';
      const change = `/train ${about.model} makes a version with them.`;
      return { ...base, status: 'failed', value: 'not measured', words, change };
    }
    const { slices: measured } = report;
    if (!measured) {
      const words = 'Not applicable: no metric of this task is a mean over rows.';
      return { ...base, status: 'not applicable', value: 'not measured', words };
    }
    const metric = called(measured.metric, about).name;
    const looked = measured.found.filter(({ column }) => columns?.includes(column) ?? true);
    const weak = looked.filter(({ isWeak }) => isWeak);
    const worst = weak.toSorted((a, b) => b.worse.by - a.worse.by)[0];
    const tested = `${count(measured.tested)} groups tested`;
    if (!worst) {
      const words = `No group of rows has a certainly worse ${withinSentence(metric)} than all others (${tested}).`;
      return { ...base, status: 'passed', value: 'none is worse', words };
    }
    const value = `${beside(worst.worse.by, allowed)} worse`;
    const found = `${metric} of ${nameOf(worst)} is ${figure(worst.inside)}, ${beside(worst.worse.by, allowed)} worse than the ${figure(worst.outside)} of all others (${count(worst.rows)} rows, adjusted p ${p(worst)}, ${tested})`;
    if (worst.worse.by <= allowed) {
      const words = `${found}; ${allowed} is allowed.`;
      return { ...base, status: 'passed', value, words };
    }
    const change = `It would pass if rows with ${nameOf(worst)} were at most ${allowed} worse: train on more of them, or give them a feature that tells them apart.`;
    return { ...base, status: 'failed', value, words: `${found}; ${allowed} is allowed.`, change };
  },
});

const figure = (value: number): string => String(Number(value.toPrecision(3)));
const p = ({ adjustedP }: Slice): string =>
  adjustedP < 0.0001 ? '< 0.0001' : String(Number(adjustedP.toPrecision(2)));

function nameOf({ column, value }: Slice): string {
  return `${column} = ${value}`;
}
