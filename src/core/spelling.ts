import type { Card } from './card.ts';
import type { Hallway, Platform, Spell } from './platform.ts';
import type { Reply } from './reply.ts';

/** The card with every `/command` that it mentions as `spell` says it. What buttons carry stays. */
export function respell(card: Card, commands: readonly string[], spell: Spell): Card {
  if (commands.length === 0) return card;
  // Not within a path or an address.
  const said = new RegExp(`(?<![\\w/.-])/(${commands.join('|')})(?![\\w/-])`, 'g');
  const say = (text: string) => text.replaceAll(said, (_, command: string) => spell(command));
  const { text, facts, table, actions, footer } = card;
  return {
    ...card,
    title: say(card.title),
    ...(text !== undefined && { text: say(text) }),
    ...(facts && { facts: facts.map(({ label, value }) => ({ label, value: say(value) })) }),
    ...(table && { table: { ...table, rows: table.rows.map((row) => row.map(say)) } }),
    ...(actions && {
      actions: actions.map((action) =>
        action.confirm === undefined ? action : { ...action, confirm: say(action.confirm) },
      ),
    }),
    ...(footer !== undefined && { footer: say(footer) }),
  };
}

/** A door that says commands its own way, in everything that leaves by it. */
export function spelled(door: Platform, commands: readonly string[]): Platform {
  const { spell } = door;
  if (!spell) return door;
  const own = (card: Card) => respell(card, commands, spell);
  const ownReply = (reply: Reply): Reply => ({ ...reply, card: own(reply.card) });
  return {
    ...door,
    start: (hallway) => door.start(spelledHallway(hallway, ownReply)),
    post: (where, card, options) => door.post(where, own(card), options),
    edit: (where, message, card, state) => door.edit(where, message, own(card), state),
    ...(door.answer && {
      answer: async (to, reply) => door.answer?.(to, ownReply(reply)) ?? false,
    }),
  };
}

function spelledHallway(hallway: Hallway, own: (reply: Reply) => Reply): Hallway {
  return {
    ...hallway,
    invoke: async (invocation) => own(await hallway.invoke(invocation)),
    async react(reaction) {
      const reply = await hallway.react(reaction);
      return reply && own(reply);
    },
  };
}
