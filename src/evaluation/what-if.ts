import type { FeatureSchema, Window } from '../core/model.ts';
import type { LoggedRequests } from '../core/ports/predictions.ts';
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

  function add(requests: LoggedRequests, answers: Answers): void {
    const was = { answers: requests.answers, classes };
    const now = { answers, classes };
    for (let row = 0; row < requests.rows; row += 1) {
      const isUsable = [was, now].every(
        (one) => task.answer.fault(one.answers, row, classes) === undefined,
      );
      if (requests.incomplete[row] === 1 || !isUsable) {
        counts.skipped += 1;
      } else if (requests.versions[row] === version) {
        counts.same += 1;
        if (!isEqual(requests.answers, answers, row)) counts.different += 1;
      } else {
        counts.rows += 1;
        if (decided) count(requests, row, decided(was, row) !== decided(now, row));
        else {
          const change = (answers[row] ?? 0) - (requests.answers[row] ?? 0);
          counts.sum += change;
          counts.distance += Math.abs(change);
        }
        learn(requests, answers, row);
      }
    }
  }

  /** Bit for bit. */
  function isEqual(a: Answers, b: Answers, row: number): boolean {
    for (let at = row * width; at < (row + 1) * width; at += 1)
      if (!Object.is(a[at], b[at])) return false;
    return true;
  }

  function count({ features: columns }: LoggedRequests, row: number, isFlipped: boolean): void {
    if (isFlipped) counts.flipped += 1;
    for (const [name, values] of bySlice) {
      const value = String(columns[name]?.[row] ?? 'missing');
      const found = values.get(value) ?? [0, 0];
      if (values.size >= MOST_VALUES && !values.has(value)) continue;
      found[0] += 1;
      if (isFlipped) found[1] += 1;
      values.set(value, found);
    }
  }

  function learn(requests: LoggedRequests, answers: Answers, row: number): void {
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
