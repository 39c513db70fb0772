import type { Choice } from '../../../core/form.ts';
import { shorten } from './fit.ts';
import { SELECT } from './limits.ts';

/** The options that fit into a menu, including the current value, and the number of the others. */
export function menuOf(choices: readonly Choice[], initial: string | undefined) {
  const able = new Map<string, Choice>();
  for (const choice of choices)
    if (choice.value !== '' && choice.value.length <= SELECT.value && !/\p{Cs}/u.test(choice.value))
      able.set(choice.value, choice);
  const chosen = initial === undefined ? undefined : able.get(initial);
  const first = [...able.values()].slice(0, SELECT.options);
  // The current value must be included, or submitting the form would change it.
  const shown = chosen && !first.includes(chosen) ? [...first.slice(0, -1), chosen] : first;
  const distinct = new Set(choices.map(({ value }) => value)).size;
  return {
    missing: distinct - shown.length,
    options: shown.map(({ value, label, hint }) => ({
      value,
      label: shorten(label, SELECT.label, shorten(value, SELECT.label)),
      ...(hint && { description: shorten(hint, SELECT.description) }),
      ...(value === initial && { default: true }),
    })),
  };
}
