import { describe, expect, it } from 'vitest';
import type { Json } from '../../src/core/json.ts';
import { shadowTimeOf } from '../../src/release/shadow-time.ts';

const at = (time: string): Date => new Date(`2026-11-02T${time}:00Z`);
const event = (action: string, time: string, after: Json) => ({ action, at: at(time), after });
const begin = event('rollout.begin', '08:00', { steps: [0, 0, 25, 100] });
const step = (number: number, weight: number, time: string, since?: string) =>
  event('rollout.step', time, {
    ...{ step: number, weight },
    ...(since !== undefined && { since: at(since).toISOString() }),
  });
const end = (outcome: string, time: string) =>
  event('rollout.end', time, { outcome, reason: 'wrong.', at: at(time).toISOString() });
const hours = (found: ReturnType<typeof shadowTimeOf>) =>
  found && (found.to.getTime() - found.from.getTime()) / 3_600_000;

describe('release/shadow-time', () => {
  it('ends when the first caller is answered, not at another step in shadow', () => {
    const found = shadowTimeOf([step(2, 25, '20:00'), step(1, 0, '12:00'), begin], undefined);
    expect(found).toMatchObject({ steps: [0, 1], goesOn: false });
    expect(hours(found)).toBe(12);
  });

  it('counts by when a step began, not by when that was recorded', () => {
    expect(hours(shadowTimeOf([begin, step(2, 25, '20:00', '10:00')], undefined))).toBe(2);
    // A clock that was set back adds no time.
    expect(hours(shadowTimeOf([begin, step(2, 25, '20:00', '07:00')], undefined))).toBe(0);
  });

  it('goes on until now, and only if it does', () => {
    expect(shadowTimeOf([begin], at('09:00'))).toMatchObject({ goesOn: true, to: at('09:00') });
    expect(shadowTimeOf([begin], undefined)).toBeUndefined();
  });

  it('ends with the rollout, and says why it was stopped', () => {
    const failed = shadowTimeOf([begin, end('failed', '09:00')], at('20:00'));
    expect(failed).toMatchObject({ stopped: 'wrong', goesOn: false, to: at('09:00') });
    // It went live: nobody stopped it.
    const live = shadowTimeOf([begin, step(2, 25, '10:00'), end('promoted', '11:00')], undefined);
    expect(live).not.toHaveProperty('stopped');
    // Stopped later, at a weight.
    const late = shadowTimeOf([begin, step(2, 25, '10:00'), end('aborted', '11:00')], undefined);
    expect(late).toMatchObject({ stopped: 'wrong', to: at('10:00') });
  });

  it('is nothing for a rollout without a shadow, or a record that is not one', () => {
    const weights = event('rollout.begin', '08:00', { steps: [5, 100] });
    expect(shadowTimeOf([weights, step(1, 100, '10:00')], undefined)).toBeUndefined();
    expect(shadowTimeOf([event('rollout.begin', '08:00', 'shadow')], at('20:00'))).toBeUndefined();
    expect(shadowTimeOf([end('promoted', '20:00')], at('20:00'))).toBeUndefined();
  });
});
