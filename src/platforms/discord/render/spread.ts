import type { Field } from '../../../core/form.ts';
import { CUSTOM_ID, MODAL } from './limits.ts';

/** The `custom_id` of the one input that takes several fields, a line each; `.*` behind an option's. */
export const SEVERAL = '*';

export interface Spread {
  /** Each with an input of its own, in the order of the form. */
  alone: Field[];
  /** In one paragraph; `key` is what a line calls the field. */
  together: { field: Field; key: string }[];
  /** Of that paragraph. */
  customId: string;
}

/**
 * A modal holds five inputs. Where there are more fields, those stay by themselves that somebody
 * has to think about: required ones, then those without a value, plain options before an option's pairs.
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
