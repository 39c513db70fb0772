import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BadInput } from '../../src/core/errors.ts';
import type { Window } from '../../src/core/model.ts';
import { heldOut, meetingWindow, trainingWindow } from '../../src/training/windows.ts';
import { flights } from './spec.ts';

const DAY = 86_400_000;
const at = (text: string) => new Date(text);
const window = (from: string, to: string): Window => ({ from: at(from), to: at(to) });
const NOBODY = { from: undefined, to: undefined };

const moment = fc
  .integer({ min: Date.parse('2000-01-01') / 60_000, max: Date.parse('2030-01-01') / 60_000 })
  .map((minute) => new Date(minute * 60_000));
const windows = fc
  .tuple(moment, fc.integer({ min: 1, max: 400 }))
  .map(([from, days]) => ({ from, to: new Date(from.getTime() + days * DAY) }));
const overlaps = (a: Window, b: Window) => a.from < b.to && b.from < a.to;

describe('training/windows: to train on', () => {
  it('is the first window until there is news', () => {
    const first = flights.training.window;
    expect(trainingWindow(flights, NOBODY, undefined)).toEqual(first);
    expect(trainingWindow(flights, NOBODY, at('2001-02-10T08:00:00Z'))).toEqual(first);
  });

  it('then leaves the newest days for judging, at midnight', () => {
    const found = trainingWindow(flights, NOBODY, at('2001-03-20T17:45:00Z'));
    expect(found).toEqual(window('2001-02-03', '2001-03-06'));
    expect(heldOut(flights, found)).toEqual(window('2001-03-06', '2001-03-20'));
  });

  it('is as long as the first where only one end is said', () => {
    const from = { from: at('2001-05-01'), to: undefined };
    expect(trainingWindow(flights, from, undefined)).toEqual(window('2001-05-01', '2001-06-01'));
    const to = { from: undefined, to: at('2001-05-01') };
    expect(trainingWindow(flights, to, undefined)).toEqual(window('2001-03-31', '2001-05-01'));
  });

  it('refuses a window that ends before it begins', () => {
    const asked = { from: at('2001-05-02'), to: at('2001-05-02') };
    expect(() => trainingWindow(flights, asked, undefined)).toThrow(BadInput);
  });

  it('by default keeps its length, begins at midnight and leaves room for judging', () => {
    fc.assert(
      fc.property(moment, (newest) => {
        const { from, to } = trainingWindow(flights, NOBODY, newest);
        const judged = heldOut(flights, { from, to });
        expect(to.getTime() - from.getTime()).toBe(31 * DAY);
        expect([from.getTime() % DAY, to.getTime() % DAY]).toEqual([0, 0]);
        if (to > flights.training.window.to)
          expect(judged.to.getTime()).toBeLessThanOrEqual(newest.getTime());
        expect(from.getTime()).toBeGreaterThanOrEqual(flights.training.window.from.getTime());
      }),
    );
  });
});

describe('training/windows: to be judged on', () => {
  it('never holds a moment of the training', () => {
    fc.assert(
      fc.property(windows, (trained) => {
        const judged = heldOut(flights, trained);
        expect(overlaps(judged, trained)).toBe(false);
        expect(judged.to.getTime() - judged.from.getTime()).toBe(14 * DAY);
      }),
    );
  });
});

describe('training/windows: to compare on', () => {
  const trained = [window('2001-01-01', '2001-02-01'), window('2001-02-01', '2001-03-01')];

  it('is the newest days after both trainings', () => {
    expect(meetingWindow(flights, NOBODY, trained, undefined)).toEqual(
      window('2001-03-01', '2001-03-15'),
    );
    expect(meetingWindow(flights, NOBODY, trained, at('2001-06-20T10:00:00Z'))).toEqual(
      window('2001-06-06', '2001-06-20'),
    );
  });

  it('is as long as a judging where only one end is said', () => {
    const from = { from: at('2001-05-01'), to: undefined };
    expect(meetingWindow(flights, from, trained, undefined)).toEqual(
      window('2001-05-01', '2001-05-15'),
    );
    const to = { from: undefined, to: at('2001-05-15') };
    expect(meetingWindow(flights, to, trained, undefined)).toEqual(
      window('2001-05-01', '2001-05-15'),
    );
  });

  it('refuses days that one of the two was trained on, and names them', () => {
    const asked = { from: at('2001-02-28'), to: undefined };
    expect(() => meetingWindow(flights, asked, trained, undefined)).toThrow(/trained on part of/);
    expect(() =>
      meetingWindow(flights, { from: at('2001-04-01'), to: at('2001-03-20') }, trained, undefined),
    ).toThrow(/ends .* before it begins/);
  });

  it('never overlaps the training window, for any request', () => {
    const asked = fc.record({
      from: fc.option(moment, { nil: undefined }),
      to: fc.option(moment, { nil: undefined }),
    });
    const both = fc.tuple(windows, windows);
    const newest = fc.option(moment, { nil: undefined });
    fc.assert(
      fc.property(asked, both, newest, (wish, trainings, latest) => {
        let found: Window;
        try {
          found = meetingWindow(flights, wish, trainings, latest);
        } catch (error) {
          expect(error).toBeInstanceOf(BadInput);
          expect(wish.from ?? wish.to).toBeDefined();
          return;
        }
        expect(found.from < found.to).toBe(true);
        if (wish.from) expect(found.from).toEqual(wish.from);
        if (wish.to) expect(found.to).toEqual(wish.to);
        for (const training of trainings) expect(overlaps(found, training)).toBe(false);
      }),
    );
  });
});
