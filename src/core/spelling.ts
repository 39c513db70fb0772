import type { Action, Card } from './card.ts';
import { mapTexts } from './card-texts.ts';
import type { Form } from './form.ts';
import type { Dispatch, Platform, Spell } from './platform.ts';
import type { Reply } from './reply.ts';

/**
 * The card with every `/command` in its text written as `spell` returns it, and how the commands of its buttons are typed.
 * What buttons carry is unchanged.
 */
export function respell(card: Card, commands: readonly string[], spell: Spell): Card {
  if (commands.length === 0) return card;
  const say = saying(commands, spell);
  const { actions, ...said } = mapTexts(card, say);
  return { ...said, ...(actions && { actions: actions.map((action) => typing(action, spell)) }) };
}

function saying(commands: readonly string[], spell: Spell): (text: string) => string {
  // Not within a path or a URL.
  const names = new RegExp(`(?<![\\w/.-])/(${commands.join('|')})(?![\\w/-])`, 'g');
  return (text) => text.replaceAll(names, (_, command: string) => spell(command));
}

/** The form with every `/command` that people read in it written as `spell` returns it. */
export function respellForm(form: Form, commands: readonly string[], spell: Spell): Form {
  if (commands.length === 0) return form;
  const say = saying(commands, spell);
  return {
    ...form,
    title: say(form.title),
    ...(form.text !== undefined && { text: say(form.text) }),
    fields: form.fields.map((field) => ({
      ...field,
      label: say(field.label),
      ...(field.hint !== undefined && { hint: say(field.hint) }),
    })),
  };
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
  const ownForm = (form: Form) => respellForm(form, commands, spell);
  return {
    ...adapter,
    start: (dispatch) => adapter.start(spelledDispatch(dispatch, ownReply, ownForm)),
    post: (where, card, options) => adapter.post(where, own(card), options),
    edit: (where, message, card, state) => adapter.edit(where, message, own(card), state),
    ...(adapter.answer && {
      answer: async (to, reply) => adapter.answer?.(to, ownReply(reply)) ?? false,
    }),
  };
}

function spelledDispatch(
  dispatch: Dispatch,
  own: (reply: Reply) => Reply,
  ownForm: (form: Form) => Form,
): Dispatch {
  return {
    ...dispatch,
    invoke: async (invocation) => own(await dispatch.invoke(invocation)),
    async react(reaction) {
      const reply = await dispatch.react(reaction);
      return reply && own(reply);
    },
    async form(filling) {
      const form = await dispatch.form(filling);
      return form && ownForm(form);
    },
  };
}
