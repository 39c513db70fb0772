import { z } from 'zod';
import { type Doc, isDoc } from './values.ts';

/** The fields to give back, by dotted path; `_id` comes along. */
export const projection = z.record(z.string(), z.literal([1, true]));
export type Projection = z.infer<typeof projection>;

/** A field as a whole, or those below it. */
type Wish = true | Map<string, Wish>;

export function project(doc: Doc, wanted: Projection): Doc {
  const paths = Object.keys(wanted);
  if (paths.length === 0) return doc;
  const wishes = new Map<string, Wish>();
  for (const path of ['_id', ...paths]) enter(wishes, path.split('.'));
  return pick(doc, wishes);
}

function enter(wishes: Map<string, Wish>, [field = '', ...rest]: readonly string[]): void {
  const known = wishes.get(field);
  if (rest.length === 0 || known === true) {
    wishes.set(field, true);
    return;
  }
  const below = known ?? new Map<string, Wish>();
  wishes.set(field, below);
  enter(below, rest);
}

function pick(doc: Doc, wishes: ReadonlyMap<string, Wish>): Doc {
  const kept = Object.entries(doc).flatMap(([field, value]): [string, unknown][] => {
    const wish = wishes.get(field);
    if (wish === undefined) return [];
    if (wish === true) return [[field, value]];
    if (isDoc(value)) return [[field, pick(value, wish)]];
    return Array.isArray(value) ? [[field, pickItems(value, wish)]] : [];
  });
  return Object.fromEntries(kept);
}

/** Of an array what is below documents; other items are left out. */
function pickItems(items: readonly unknown[], wishes: ReadonlyMap<string, Wish>): unknown[] {
  return items.flatMap((item): unknown[] => {
    if (Array.isArray(item)) return [pickItems(item, wishes)];
    return isDoc(item) ? [pick(item, wishes)] : [];
  });
}
