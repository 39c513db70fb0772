import { expect, it } from 'vitest';
import { incomparable } from '../../jobs/steps/meet.ts';
import type { Version } from '../../src/core/ports/versions.ts';
import { taskNamed } from '../../src/tasks/index.ts';
import { specOf } from './workspace.ts';

const version = (change: Partial<Version>): Version => ({
  ...{ id: 'v', model: 'flights', number: 4, run: 'run', parameters: {}, reported: {} },
  ...{ artifact: { sha256: 'a', bytes: 1 }, code: { revision: 'abc', dirty: false } },
  dataset: { window: { from: new Date(0), to: new Date(1) }, sha256: 'd', rows: 1 },
  ...{ runtime: {}, createdBy: 'dev', createdAt: new Date(0), ...change },
});
const binary = specOf('.');
const multiclass = { ...binary, task: taskNamed('multiclass'), classes: ['early', 'late'] };

it.each([
  ['a version of before there were tasks', binary, {}, undefined],
  ['the same classes', multiclass, { task: 'multiclass', classes: ['early', 'late'] }, undefined],
  [
    'another task',
    multiclass,
    { task: 'regression' },
    'flights v4 was trained with task: regression, and wheelhouse.yaml now says multiclass.',
  ],
  [
    'other classes',
    multiclass,
    { task: 'multiclass', classes: ['early', 'late', 'very late'] },
    'flights v4 tells other classes apart: early, late, very late.',
  ],
  [
    // Their probability columns are for different classes.
    'the same classes in another order',
    multiclass,
    { task: 'multiclass', classes: ['late', 'early'] },
    'flights v4 tells other classes apart: late, early.',
  ],
] as const)('tells whether answers can be compared: %s', (_, spec, change, why) => {
  expect(incomparable(spec, version(change))).toBe(why);
});
