import type { FeatureSchema, Window } from '../core/model.ts';
import type { RequestBatch } from '../core/ports/predictions.ts';
import type { Answers, Classes, Margin, Task } from '../core/task.ts';
import type { Flips, WhatIf } from '../core/what-if.ts';
import { compareAnswers } from './compare.ts';

interface About {
  task: Task;
  classes: Classes;
  features: FeatureSchema;
  version: number;
  /** Rows of it are no test for the version. */
  trained: Window;
  margin?: Margin | undefined;
  primary: readonly string[];
}

const MOST_SLICES = 15;
const MOST_VALUES = 1000;
const MIN_ROWS = 30;
/** What became of a row: not counted, the same decision, or another one. */
const [OTHER, KEPT, FLIPPED] = [0, 1, 2];

/** Takes requests batch by batch, with what the version answers to them; memory grows with labelled rows only. */
export function createWhatIf(about: About) {
  const { task, classes, features, version, trained } = about;
  const width = task.answer.width(classes);
  const categories = Object.keys(features).filter((name) => features[name] === 'category');
  const counts = { rows: 0, skipped: 0, flipped: 0, same: 0, different: 0, sum: 0, distance: 0 };
  const bySlice = new Map(categories.map((name) => [name, new Map<string, [number, number]>()]));
  const labels: number[] = [];
  const served: number[] = [];
  const asked: number[] = [];
  const { decided } = task;

  function add(requests: RequestBatch, answers: Answers): void {
    const was = { answers: requests.answers, classes };
    const now = { answers, classes };
    const isUsable = (one: Answers, row: number) =>
      task.answer.fault(one, row, classes) === undefined;
    const found = new Uint8Array(requests.rows);
    for (let row = 0; row < requests.rows; row += 1) {
      if (
        requests.incomplete[row] === 1 ||
        !isUsable(requests.answers, row) ||
        !isUsable(answers, row)
      ) {
        counts.skipped += 1;
      } else if (requests.versions[row] === version) {
        counts.same += 1;
        if (!isEqual(requests.answers, answers, row)) counts.different += 1;
      } else {
        counts.rows += 1;
        if (decided) found[row] = decided(was, row) === decided(now, row) ? KEPT : FLIPPED;
        else {
          const change = (answers[row] ?? 0) - (requests.answers[row] ?? 0);
          counts.sum += change;
          counts.distance += Math.abs(change);
        }
        learn(requests, answers, row);
      }
    }
    if (decided) count(requests, found);
  }

  /** Bit for bit. */
  function isEqual(a: Answers, b: Answers, row: number): boolean {
    for (let at = row * width; at < (row + 1) * width; at += 1)
      if (!Object.is(a[at], b[at])) return false;
    return true;
  }

  /** By code, so that each value is looked up once a batch. */
  function count({ features: columns }: RequestBatch, found: Uint8Array): void {
    for (const state of found) if (state === FLIPPED) counts.flipped += 1;
    for (const [name, known] of bySlice) {
      const column = columns[name];
      if (!column || !('codes' in column)) continue;
      const { codes, values } = column;
      const all = new Int32Array(values.length);
      const flipped = new Int32Array(values.length);
      for (let row = 0; row < found.length; row += 1) {
        const [state, code] = [found[row], codes[row] ?? 0];
        if (state === undefined || state === OTHER) continue;
        all[code] = (all[code] ?? 0) + 1;
        if (state === FLIPPED) flipped[code] = (flipped[code] ?? 0) + 1;
      }
      for (const [code, rows] of all.entries()) {
        const value = values[code] ?? 'missing';
        if (rows === 0 || (known.size >= MOST_VALUES && !known.has(value))) continue;
        const [before, flips] = known.get(value) ?? [0, 0];
        known.set(value, [before + rows, flips + (flipped[code] ?? 0)]);
      }
    }
  }

  function learn(requests: RequestBatch, answers: Answers, row: number): void {
    const time = requests.times[row] ?? Number.NaN;
    if (time >= trained.from.getTime() && time < trained.to.getTime()) return;
    const label = task.label.read(requests.labels[row], classes);
    if (label === undefined) return;
    labels.push(label);
    for (let at = row * width; at < (row + 1) * width; at += 1) {
      served.push(requests.answers[at] ?? Number.NaN);
      asked.push(answers[at] ?? Number.NaN);
    }
  }

  return {
    add,
    result(): WhatIf {
      const { rows, skipped, same, different, flipped, sum, distance } = counts;
      const { margin, primary } = about;
      return {
        ...{ rows, skipped, same: { rows: same, different } },
        ...(decided
          ? { flipped: { rows: flipped, slices: slicesOf(bySlice) } }
          : rows > 0 && { changed: { mean: sum / rows, distance: distance / rows } }),
        ...(labels.length >= MIN_ROWS && {
          comparison: compareAnswers(task, {
            ...{ labels, champion: served, challenger: asked, classes, margin, primary },
          }),
        }),
      };
    },
  };
}

/** The categories with the largest shares of flips, among those with enough rows. */
function slicesOf(bySlice: ReadonlyMap<string, ReadonlyMap<string, [number, number]>>): Flips[] {
  const share = ({ rows, flipped }: Flips) => flipped / rows;
  return [...bySlice]
    .flatMap(([column, values]) =>
      [...values].map(([value, [rows, flipped]]): Flips => ({ column, value, rows, flipped })),
    )
    .filter(({ rows }) => rows >= MIN_ROWS)
    .sort((a, b) => share(b) - share(a) || b.rows - a.rows)
    .slice(0, MOST_SLICES);
}
