import { BadInput } from '../core/errors.ts';
import type { LabelRow } from '../core/ports/serving.ts';
import type { Classes, LabelSpec } from '../core/task.ts';
import { isId, isRecord } from './protocol.ts';
import { say } from './say.ts';

/** The labels of a model; undefined if nothing of it was live since the start, so that they are unknown. */
export type LabelOf = { spec: LabelSpec; classes: Classes } | undefined;

const MAX_CLASS_LENGTH = 1000;

/** `{labels: [{id, label}]}`. Throws BadInput with the row. */
export function readLabels(
  body: unknown,
  { model, of, maxRows, now }: { model: string; of: LabelOf; maxRows: number; now: Date },
): LabelRow[] {
  const labels = isRecord(body) ? body['labels'] : undefined;
  if (!Array.isArray(labels) || labels.length === 0 || labels.length > maxRows)
    throw new BadInput(`"labels" must be an array of 1 to ${maxRows} objects {id, label}.`);
  const received = now.toISOString();
  const expected = of ? of.spec.expected(of.classes) : 'a number or the name of a class';
  const known = new Map<string, number | string>();
  return labels.map((row: unknown, index) => {
    const { id, label } = isRecord(row) ? row : {};
    if (!isId(id))
      throw new BadInput(
        `"labels" has ${say(row)} in row ${index}, expected {"id": string, "label": ${expected}}.`,
      );
    const found = labelOf(label, of);
    if (found === undefined)
      throw new BadInput(
        `"labels" has the label ${say(label)} in row ${index}, expected ${expected}.`,
      );
    if ((known.get(id) ?? found) !== found)
      throw new BadInput(`"labels" has two labels for ${say(id)}, the second in row ${index}.`);
    known.set(id, found);
    const value = typeof found === 'number' ? { label: found } : { class: found };
    return { id, model, ...value, received };
  });
}

/** As it is logged: a number, or the name of a class. */
function labelOf(label: unknown, of: LabelOf): number | string | undefined {
  if (!of) return isAnyLabel(label) ? label : undefined;
  const read = of.spec.read(label, of.classes);
  return read === undefined || of.spec.kind === 'number' ? read : of.classes[read];
}

function isAnyLabel(label: unknown): label is number | string {
  if (typeof label === 'string') return label.length > 0 && label.length <= MAX_CLASS_LENGTH;
  return Number.isFinite(label);
}
