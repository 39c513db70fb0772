import type { Command } from '../core/command.ts';
import { WheelhouseError } from '../core/errors.ts';
import type { Choice, Form } from '../core/form.ts';
import { holds, holdsSomewhere } from '../core/people.ts';
import type { Filling } from '../core/platform.ts';
import type { World } from '../core/world.ts';
import type { Offers } from './complete.ts';

const MOST = 25;

/** Forms and choices for adapters on which options are filled in one by one. */
export function createFilling(commands: readonly Command[], world: World, offers: Offers) {
  /** Names are shown only to people with a role, not to everyone who can type on the platform. */
  function allowed({ command: name, by, from }: Filling) {
    const command = commands.find((one) => one.name === name);
    const person = world.people.of(by, from);
    if (!command || !person) return undefined;
    // The environment is not known yet.
    const may = command.environmentOf ? holdsSomewhere : holds;
    return may(person, command.role) ? { command, person } : undefined;
  }

  return {
    async form(filling: Filling): Promise<Form | undefined> {
      const { command, person } = allowed(filling) ?? {};
      if (!command?.form || !person) return undefined;
      const { given, by, from } = filling;
      const asking = { id: 'form', by: person, from, account: by };
      return command.form(given, world, asking).catch((error: unknown) => {
        if (error instanceof WheelhouseError) return undefined;
        throw error;
      });
    },

    async suggest(filling: Filling, option: string, typed: string): Promise<Choice[]> {
      const known = allowed(filling)?.command.options[option];
      if (!known) return [];
      const { choices, suggests, pairs } = known;
      if (choices)
        return ranked(
          typed,
          choices.map((value) => ({ value, hint: '' })),
        );
      if (!suggests) return [];
      const values = await offers(suggests, { words: Object.values(filling.given) });
      if (!pairs) return ranked(typed, values);
      // Only the pair that is being typed; earlier pairs stay.
      const stem = typed.slice(0, typed.lastIndexOf(' ') + 1);
      const left = values.filter(({ value }) => !stem.split(' ').some((w) => w.startsWith(value)));
      return ranked(typed.slice(stem.length), left).map((one) => ({
        ...one,
        value: `${stem}${one.value}`,
        label: `${stem}${one.label}`,
      }));
    },
  };
}

/**
 * Names that start with `typed` come before those that contain it, and those before ones whose description
 * contains it.
 */
function ranked(typed: string, values: readonly { value: string; hint: string }[]): Choice[] {
  const wanted = typed.trim().toLowerCase();
  const rank = ({ value, hint }: { value: string; hint: string }) => {
    const at = value.toLowerCase().indexOf(wanted);
    if (at === 0) return 0;
    if (at > 0) return 1;
    return hint.toLowerCase().includes(wanted) ? 2 : 3;
  };
  return values
    .map((one) => ({ ...one, rank: rank(one) }))
    .filter((one) => one.rank < 3)
    .sort((a, b) => a.rank - b.rank)
    .slice(0, MOST)
    .map(({ value, hint }) => ({ value, label: value, ...(hint && { hint }) }));
}
