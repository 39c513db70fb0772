import type { Action, Card } from './card.ts';
import { mapTexts } from './card-texts.ts';
import type { Dispatch, Platform, Spell } from './platform.ts';
import type { Reply } from './reply.ts';

/**
 * The card with every `/command` in its text written as `spell` returns it, and how the commands of its buttons are typed.
 * What buttons carry is unchanged.
 */
export function respell(card: Card, commands: readonly string[], spell: Spell): Card {
  if (commands.length === 0) return card;
  // Not within a path or a URL.
  const names = new RegExp(`(?<![\\w/.-])/(${commands.join('|')})(?![\\w/-])`, 'g');
  const say = (text: string) => text.replaceAll(names, (_, command: string) => spell(command));
  const { actions, ...said } = mapTexts(card, say);
  return { ...said, ...(actions && { actions: actions.map((action) => typing(action, spell)) }) };
}

/** Without its button, an action is a command to type. */
function typing(action: Action, spell: Spell): Action {
  const typed = spell(action.command);
  return typed === `/${action.command}` ? action : { ...action, typed };
}

/** An adapter that writes commands in its own way, in everything it sends. */
export function spelled(adapter: Platform, commands: readonly string[]): Platform {
  const { spell } = adapter;
  if (!spell) return adapter;
  const own = (card: Card) => respell(card, commands, spell);
  const ownReply = (reply: Reply): Reply => ({ ...reply, card: own(reply.card) });
  return {
    ...adapter,
    start: (dispatch) => adapter.start(spelledDispatch(dispatch, ownReply)),
    post: (where, card, options) => adapter.post(where, own(card), options),
    edit: (where, message, card, state) => adapter.edit(where, message, own(card), state),
    ...(adapter.answer && {
      answer: async (to, reply) => adapter.answer?.(to, ownReply(reply)) ?? false,
    }),
  };
}

function spelledDispatch(dispatch: Dispatch, own: (reply: Reply) => Reply): Dispatch {
  return {
    ...dispatch,
    invoke: async (invocation) => own(await dispatch.invoke(invocation)),
    async react(reaction) {
      const reply = await dispatch.react(reaction);
      return reply && own(reply);
    },
  };
}
