import type { Field } from '../../../core/form.ts';
import { CUSTOM_ID, MODAL } from './limits.ts';

/** The `custom_id` of the input that takes several fields, a line each; `.*` after that of an option. */
export const SEVERAL = '*';

export interface Spread {
  /** Fields with their own input, in the order of the form. */
  alone: Field[];
  /** Fields in one multi-line input; `key` is the name of the field in its line. */
  together: { field: Field; key: string }[];
  /** The label of that input. */
  customId: string;
}

/**
 * A modal can have five inputs. If there are more fields, those that need attention get their own: required ones, then
 * those without a value, plain options before the pairs of an option.
 */
export function spread(fields: readonly Field[]): Spread {
  const able = fields.filter(({ name }) => mayStandAlone(name));
  const fits = able.length === fields.length && fields.length <= MODAL.components;
  const ranked = able.toSorted((a, b) => rank(a) - rank(b));
  const kept = new Set(fits ? fields : ranked.slice(0, MODAL.components - 1));
  const rest = fields.filter((field) => !kept.has(field));
  const options = new Set(rest.map(({ name }) => optionOf(name)));
  const [only] = options;
  const shared = options.size === 1 && only !== undefined && `${only}.*`.length <= CUSTOM_ID;
  return {
    alone: fields.filter((field) => kept.has(field)),
    together: rest.map((field) => ({
      field,
      key: shared ? field.name.slice(only.length + 1) : field.name,
    })),
    customId: shared ? `${only}.${SEVERAL}` : SEVERAL,
  };
}

function mayStandAlone(name: string): boolean {
  return name !== '' && name.length <= CUSTOM_ID && name !== SEVERAL && !name.endsWith('.*');
}

function rank({ name, required, initial }: Field): number {
  const filled = initial === undefined || initial === '' ? 0 : 1;
  return (required ? 0 : 4) + filled * 2 + (optionOf(name) === undefined ? 0 : 1);
}

function optionOf(name: string): string | undefined {
  const dot = name.indexOf('.');
  return dot < 0 ? undefined : name.slice(0, dot);
}
