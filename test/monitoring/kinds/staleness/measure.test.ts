import { describe, expect, it } from 'vitest';
import type { Traffic } from '../../../../src/core/ports/traffic.ts';
import { staleness } from '../../../../src/monitoring/kinds/staleness/index.ts';
import {
  measureStaleness,
  signalsOf,
} from '../../../../src/monitoring/kinds/staleness/measurement.ts';
import { Settings } from '../../../../src/monitoring/kinds/staleness/settings.ts';

const HOUR_MS = 3_600_000;
const END = Date.parse('2026-11-29T00:00:00Z');
const window = { from: new Date(END - HOUR_MS), to: new Date(END) };
const CREATED = new Date(END - 10 * 24 * HOUR_MS);

/** Events this many hours before the end, in the middle of that hour. */
const hour = (before: number, change: Partial<Traffic>): Traffic => ({
  ...{ model: 'flights', environment: 'production', version: 1, requests: 0, failures: 0 },
  ...{ latencies: [], elsewhere: 0, labels: 0 },
  hour: new Date(END - before * HOUR_MS),
  latest: new Date(END - (before - 0.5) * HOUR_MS),
  ...change,
});

function staleIn(hours: readonly Traffic[], own: object = {}): string[] {
  const monitor = { name: 'stale', ...staleness.schema.parse({ kind: 'staleness', ...own }) };
  const settings = Settings.parse(monitor.settings);
  return signalsOf(measureStaleness(hours, window, CREATED), { ...monitor, settings })
    .filter(({ stale }) => stale)
    .map(({ name }) => name);
}

describe('monitoring/kinds/staleness', () => {
  it('finds no traffic, wherever the predictions were made', () => {
    expect(staleIn([hour(3, { requests: 5 })], { no_traffic_hours: 2 })).toEqual(['traffic']);
    expect(staleIn([hour(3, { requests: 5 })], { no_traffic_hours: 3 })).toEqual([]);
    expect(staleIn([hour(1, { elsewhere: 5 }), hour(9, { requests: 1 })])).toEqual([]);
    // Nothing may have been counted.
    expect(staleIn([])).toEqual([]);
  });

  it('finds no labels only where they are asked for', () => {
    const hours = [hour(30, { version: 0, labels: 9 }), hour(1, { requests: 5 })];
    expect(staleIn(hours)).toEqual([]);
    expect(staleIn(hours, { no_labels_hours: 24 })).toEqual(['labels']);
    expect(staleIn(hours.slice(1), { no_labels_hours: 24 })).toEqual(['labels']);
  });

  it('learns how long labels usually take, and tells when they are later', () => {
    const daily = (last: number, days = 26) =>
      Array.from({ length: days }, (_, at) => hour(last + 24 * (days - 1 - at), { labels: 9 }));
    const traffic = hour(1, { requests: 5 });
    expect(staleIn([...daily(30), traffic])).toEqual([]);
    expect(staleIn([...daily(60), traffic])).toEqual(['late labels']);
    expect(staleIn([...daily(60), traffic], { label_gap: 3 })).toEqual([]);
    // Three weeks do not tell what is usual.
    expect(staleIn([...daily(60, 20), traffic])).toEqual([]);
  });

  it('finds a version that is too old', () => {
    expect(staleIn([hour(1, { requests: 1 })], { max_age_days: 9 })).toEqual(['age']);
    expect(staleIn([hour(1, { requests: 1 })], { max_age_days: 10 })).toEqual([]);
  });
});
