import { z } from 'zod';
import type { FormValues } from '../../../core/form.ts';
import { pairsIn } from './pairs.ts';
import { SEVERAL } from './spread.ts';

/** In the form of Discord's API, and of discord.js. */
const input = z.object({
  custom_id: z.string().optional(),
  customId: z.string().optional(),
  value: z.string().nullish(),
  values: z.array(z.string()).nullish(),
});
const component = z.object({
  component: input.optional(),
  components: z.array(input).optional(),
});

/**
 * The values of a submitted modal, by field name; empty if nothing was entered.
 * @param components of the interaction; throws ZodError if they are not those of a modal
 */
export function valuesOf(components: unknown): FormValues {
  const inputs = z
    .array(component)
    .parse(components)
    .flatMap(({ component: one, components: row = [] }) => (one ? [one] : row));
  return Object.fromEntries(inputs.flatMap(fieldsOf));
}

function fieldsOf({ custom_id, customId, value, values }: z.output<typeof input>) {
  const name = custom_id ?? customId ?? '';
  const text = value ?? values?.[0] ?? '';
  if (name === SEVERAL) return pairsIn(text);
  if (!name.endsWith(`.${SEVERAL}`)) return [[name, text]];
  const option = name.slice(0, -SEVERAL.length);
  return pairsIn(text).map(([key, one]) => [option + key, one]);
}
