import { z } from 'zod';
import { defineMonitorKind } from '../../../core/define-monitor-kind.ts';
import { figure, span } from '../../../core/figures.ts';
import { confirm } from '../../confirm.ts';
import { openProfiles } from '../../profile/open-profiles.ts';
import { rowsOf } from '../../profile/profile.ts';

const Shares = z.record(z.string(), z.number());
type Measured = z.output<typeof Measurement>;
const Measurement = z.object({ rows: z.number(), missing: Shares });

const percent = (share = 0) => `${figure(Math.round(share * 100))}%`;
const worstOf = (missing: Measured['missing']) =>
  Object.entries(missing).toSorted(([, a], [, b]) => b - a)[0];

/** Whether columns have more missing values than allowed. */
export const missing = defineMonitorKind({
  name: 'missing',
  summary: 'Whether columns have more missing values than they may',
  grade: 'inform',
  defaults: { windowHours: 1, minRows: 50, need: 2, of: 3 },
  settings: z.object({
    /** Of the values of a column. */
    missing_share: z.number().min(0).max(1).default(0.2),
    missing_in: z.array(z.string()).default([]),
  }),
  measurement: Measurement,
  evidence: Measurement,

  faults: ({ settings: { missing_in: names } }, { features }) =>
    names
      .filter((name) => !Object.hasOwn(features, name))
      .map((name) => ({ key: 'missing_in', words: `no feature "${name}"` })),

  async open({ model, environment, version }, monitor, needs) {
    const opened = await openProfiles({ model: model.name, environment, version }, needs);
    if (!opened) return undefined;
    const { missing_in: asked } = monitor.settings;
    return {
      async measure(window) {
        const columns = Object.entries(await opened.current(window)).map(([name, profile]) => ({
          name,
          nulls: profile.nulls,
          rows: rowsOf(profile),
        }));
        const watched = columns.filter(({ name }) => asked.length === 0 || asked.includes(name));
        return {
          rows: Math.max(0, ...columns.map(({ rows }) => rows)),
          missing: Object.fromEntries(
            watched.map(({ name, nulls, rows }) => [name, rows === 0 ? 0 : nulls / rows]),
          ),
        };
      },
      async charts({ missing: found }, history) {
        const [name] = worstOf(found) ?? [];
        if (name === undefined) return [];
        const points = history.map(({ window, measured }) => ({
          ...{ time: window.to, value: (measured.missing[name] ?? 0) * 100 },
        }));
        return [{ kind: 'timeline', title: `${name} missing`, metric: `${name} (%)`, points }];
      },
    };
  },

  judge({ measured }, earlier, { need, of, minRows, settings: { missing_share: most } }) {
    const isRaised = (window: Measured, name: string) => (window.missing[name] ?? 0) > most;
    const past = earlier.map((one) => one.measured).filter(({ rows }) => rows >= minRows);
    const enough = measured.rows >= minRows;
    const signals = Object.keys(measured.missing).filter(
      (name) =>
        enough &&
        isRaised(measured, name) &&
        confirm(
          past.map((window) => isRaised(window, name)),
          true,
          { need, of },
        ),
    );
    const newest = [...past, measured].slice(-of);
    const found = Object.entries(measured.missing).filter(([name]) => signals.includes(name));
    return {
      status: signals.length > 0 ? 'alert' : enough ? 'ok' : 'insufficient data',
      signals,
      over:
        enough &&
        newest.length === of &&
        !newest.some((window) => Object.values(window.missing).some((share) => share > most)),
      evidence: { rows: measured.rows, missing: Object.fromEntries(found) },
    };
  },

  report({ rows, missing: found }, { model, window, newest = window }) {
    const [name = '', share] = worstOf(found) ?? [];
    const summary = `${name} is missing in ${percent(share)} of ${figure(rows)} rows.`;
    return {
      ...{ title: `${model} gets rows with missing values`, summary },
      table: {
        columns: ['Column', 'Missing'],
        rows: Object.entries(found).map(([column, part]) => [column, percent(part)]),
      },
      again: { title: `Still missing in ${span(newest)}.`, text: summary },
      over: {
        title: `The rows of ${model} are complete again`,
        text: `The alert said: ${summary}`,
      },
      caution: 'Put the previous version back? It gets the same rows.',
    };
  },

  gist({ missing: found }) {
    const [name, share] = worstOf(found) ?? [];
    return name && `${name} missing in ${percent(share)}`;
  },

  traces: ({ missing: found }, { settings: { missing_share: most } }) =>
    Object.entries(found).map(([name, share]) => ({
      ...{ subject: 'missing', title: 'Missing values (%)', name },
      ...{ value: share * 100, limit: most * 100 },
    })),
});
