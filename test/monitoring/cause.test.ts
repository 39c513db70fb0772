import { describe, expect, it } from 'vitest';
import type { Causes } from '../../src/core/causes.ts';
import type { Alert, AlertPart, Cause } from '../../src/core/ports/alerts.ts';
import { belongsTo, causeOf, sameCause } from '../../src/monitoring/cause.ts';
import { kindOf, monitorKinds } from '../../src/monitoring/kinds/index.ts';
import { columnOf, LOSS, TRAFFIC } from '../../src/monitoring/subjects.ts';

const day = (n: number) => new Date(Date.UTC(2001, 5, n));
const cause = (from: number, to: number, ...subjects: string[]): Cause => ({
  ...{ subjects, from: day(from), to: day(to) },
});
const window = { from: day(7), to: day(8) };

function causes(by: Causes['by'], ...moved: [string, number?][]): Causes {
  return {
    ...{ by, rows: 500 },
    columns: [
      ...moved.map(([name, effect]) => ({
        ...{ name, psi: 0.3, moved: true },
        ...(effect !== undefined && { effect, error: 0.01 }),
      })),
      { name: 'hour', psi: 0.01, moved: false, effect: 0.5, error: 0.01 },
    ],
  };
}

describe('monitoring/cause', () => {
  it('is between the estimated beginning, less two windows, and the window that raised it', () => {
    const subjects = [columnOf('distance')];
    expect(causeOf({ subjects, since: day(1), window })).toEqual({
      ...{ subjects, from: new Date(day(1).getTime() - 2 * 86_400_000), to: day(8) },
    });
    expect(causeOf({ subjects, judgedFrom: day(6), window }).from).toEqual(day(4));
    expect(causeOf({ subjects, window }).from).toEqual(day(5));
  });

  it('makes a loss one about the columns that moved, less those that certainly do no harm', () => {
    const about = (found: Causes) => causeOf({ subjects: [LOSS], window, causes: found }).subjects;
    expect(
      about(causes('effect', ['distance', 0.1], ['weekday', -0.2], ['origin', -0.01])),
    ).toEqual([LOSS, columnOf('distance'), columnOf('origin')]);
    expect(about(causes('drift', ['distance'], ['origin']))).toEqual([
      LOSS,
      columnOf('distance'),
      columnOf('origin'),
    ]);
    const drift = {
      subjects: [columnOf('distance')],
      window,
      causes: causes('effect', ['origin', 1]),
    };
    expect(causeOf(drift).subjects).toEqual(drift.subjects);
  });

  it('is the same if it is about the same and may have begun at the same time', () => {
    const drift = cause(1, 8, columnOf('distance'), columnOf('origin'));
    expect(sameCause(drift, cause(7, 14, LOSS, columnOf('origin')))).toBe(true);
    expect(sameCause(drift, cause(7, 14, LOSS))).toBe(false);
    expect(sameCause(drift, cause(8, 14, columnOf('origin')))).toBe(false);
  });

  const part = (monitor: string, of?: Cause, over?: AlertPart['over']): AlertPart => ({
    ...{ monitor, kind: 'drift', grade: 'inform', window, newest: window, windows: 1 },
    ...{ signals: [], sizes: [], evidence: null, pictures: [] },
    ...(of && { about: [of] }),
    ...(over && { over }),
  });
  const alert = (...parts: [AlertPart, ...AlertPart[]]): Alert => ({
    ...{ ...parts[0], parts, id: 'alert-1', model: 'flights', environment: 'production' },
    ...{ version: 1, status: 'open', severity: 'alert', openedAt: day(8) },
  });
  const over = { at: day(9), told: true };
  const moved = cause(1, 8, columnOf('distance'));

  it('belongs to an alert that has it, and to none that is being closed', () => {
    const open = alert(part('drift', moved));
    expect(belongsTo(open, { monitor: 'weekly', about: [moved] })).toBe(true);
    expect(belongsTo(open, { monitor: 'weekly', about: [cause(1, 8, LOSS)] })).toBe(false);
    expect(belongsTo(open, { monitor: 'weekly' })).toBe(false);
    const closing = alert(part('drift', moved, over));
    expect(belongsTo(closing, { monitor: 'weekly', about: [moved] })).toBe(false);
    // Raised by an earlier release: its cause was not stored.
    expect(belongsTo(alert(part('drift')), { monitor: 'weekly', about: [moved] })).toBe(false);
  });

  it('is back if the same monitor finds it again, whenever that began', () => {
    const open = alert(part('drift', moved, over), part('live', cause(1, 8, LOSS)));
    const later = cause(20, 21, columnOf('distance'));
    expect(belongsTo(open, { monitor: 'drift', about: [later] })).toBe(true);
    expect(belongsTo(open, { monitor: 'weekly', about: [later] })).toBe(false);
    const other = cause(20, 21, columnOf('origin'));
    expect(belongsTo(open, { monitor: 'drift', about: [other] })).toBe(false);
  });

  it('names what several kinds can find by the same name', () => {
    const about = (kind: string, evidence: object, ...signals: string[]) =>
      kindOf(kind).about(JSON.parse(JSON.stringify(evidence)), signals).subjects;
    expect(about('drift', { columns: [] }, 'distance')).toEqual([columnOf('distance')]);
    const nulls = { id: 'distance null', column: 'distance', check: 'null', status: 'alert' };
    const volume = { id: 'volume', check: 'volume', status: 'alert' };
    const data = { rows: 1, need: 2, of: 3, insufficient: [], signals: [nulls, volume] };
    expect(about('quality', data, 'distance null', 'volume')).toEqual([
      columnOf('distance'),
      TRAFFIC,
    ]);
    const stale = { rows: 0, signals: [], confirmed: ['traffic'] };
    expect(about('staleness', stale, 'traffic')).toEqual([TRAFFIC]);
    const slow = { rows: 9, need: 2, of: 3, signals: [], confirmed: [] };
    expect(about('latency', slow, 'p95', 'p99', 'errors')).toEqual(['latency', 'errors']);
  });

  it('is something of its own for evidence that cannot be read', () => {
    for (const kind of monitorKinds)
      expect(kind.about(null, ['x']).subjects).toEqual([`${kind.name} x`]);
  });
});
