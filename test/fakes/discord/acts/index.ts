import { ACT } from '../interactions.ts';
import type { Held, Modal } from '../kept.ts';
import { TYPE } from '../limits.ts';
import { addMessage } from '../messages.ts';
import { react, readEmoji } from '../reactions.ts';
import { type Component, everyComponent } from '../shapes.ts';
import { named, type World } from '../state.ts';
import type { Channel, Guild, User } from '../things.ts';
import { type Delivery, deliver, type Seen } from './deliver.ts';
import { type FilledCommand, fillIn, type OptionValue } from './options.ts';

/** Users, channels and guilds by ID or by name. */
interface Place {
  user: string;
  /** A channel or a thread. */
  channel: string;
  guild?: string;
}

interface CommandAct extends Place {
  /** `model show`: the command, then its subcommands. */
  name: string;
  options?: Readonly<Record<string, OptionValue>>;
}

/** A message by its ID: one of a channel, or an ephemeral one of the user. */
interface OnMessage {
  user: string;
  message: string;
}

/** User actions. Each throws, and records a fault, if Discord's client would not allow it. */
export function acts(world: World) {
  const user = (word: string) => named(world.users.values(), word, (one) => [one.id, one.username]);

  const held = (id: string, by: User): Held => {
    const found = world.messages.get(id);
    if (found === undefined || (found.onlyFor !== undefined && found.onlyFor !== by.id))
      throw new Error(`${by.username} sees no message ${id}.`);
    return found;
  };

  const channelOf = ({ channel, guild }: Place): Channel => {
    const within = guild && named(world.guilds.values(), guild, (one) => [one.id, one.name]);
    const there = [...world.channels.values()].filter(
      (one) => !within || ('guild_id' in one && one.guild_id === within.id),
    );
    return named(there, channel, (one) => [one.id, 'name' in one ? one.name : undefined]);
  };

  const commandsFor = (guild: Guild | undefined) => [
    ...(world.commands.get(guild?.id ?? '') ?? []),
    ...(guild === undefined ? [] : (world.commands.get('') ?? [])),
  ];

  const enter = (act: CommandAct, focused?: string) => {
    const channel = channelOf(act);
    const guild = world.guildOf(channel);
    const entered = { name: act.name, options: act.options ?? {}, ...(focused ? { focused } : {}) };
    const filled = fillIn(world, commandsFor(guild), guild, entered);
    return { channel, user: user(act.user), data: commandData(filled) };
  };

  /** Records the fault too: a test that swallows the error still fails. */
  const attempt = <A extends { user: string }>(name: string, run: (act: A) => Promise<Seen>) => {
    return async (act: A): Promise<Seen> => {
      try {
        return await run(act);
      } catch (error) {
        world.fault('act', name, error instanceof Error ? error.message : String(error));
        throw error;
      }
    };
  };

  const component = (
    act: OnMessage & { custom_id?: string; label?: string },
    types: readonly number[],
  ) => {
    const by = user(act.user);
    const source = held(act.message, by);
    const there = everyComponent(source.components).filter(({ type }) => types.includes(type));
    const wanted = act.custom_id ?? act.label ?? '';
    const found = named(there, wanted, (one) => [
      one.custom_id,
      act.custom_id === undefined ? (one.label ?? one.placeholder) : undefined,
    ]);
    if (found.disabled === true) throw new Error(`${JSON.stringify(wanted)} is disabled.`);
    if (found.custom_id === undefined) throw new Error(`${JSON.stringify(wanted)} is a link.`);
    const data = { component_type: found.type, custom_id: found.custom_id, id: found.id };
    return { found, data, act: { type: ACT.component, user: by, channel: source.channel, source } };
  };

  return {
    slashCommand: attempt('slashCommand', async (act: CommandAct) =>
      deliver(world, { type: ACT.command, ...enter(act) }),
    ),
    /** Requests suggestions for the option `focused`. */
    autocomplete: attempt('autocomplete', async (act: CommandAct & { focused: string }) =>
      deliver(world, { type: ACT.autocomplete, ...enter(act, act.focused) }),
    ),
    /** Presses the button with that label, or with that custom ID. */
    press: attempt('press', async (act: OnMessage & { label?: string; custom_id?: string }) => {
      const { data, act: pressed } = component(act, [TYPE.button]);
      return deliver(world, { ...pressed, data });
    }),
    /** Chooses from the select with that custom ID or placeholder, by value or by label. */
    select: attempt(
      'select',
      async (
        act: OnMessage & { label?: string; custom_id?: string; values: readonly string[] },
      ) => {
        const { found, data, act: chosen } = component(act, [TYPE.select]);
        const values = act.values.map(
          (word) => named(found.options ?? [], word, (one) => [one.value, one.label]).value,
        );
        const [least, most] = [found.min_values ?? 1, found.max_values ?? 1];
        if (values.length < least || values.length > most)
          throw new Error(`${least} to ${most} can be chosen, not ${values.length}.`);
        return deliver(world, { ...chosen, data: { ...data, values } });
      },
    ),
    /** Fills in a form and submits it; `values` by custom ID. */
    submitModal: attempt(
      'submitModal',
      async (act: { user: string; modal: Modal; values: Readonly<Record<string, string>> }) => {
        const { modal, values } = act;
        const { channel, source, metadata } = modal.interaction;
        const open = world.modals.indexOf(modal);
        if (open === -1) throw new Error(`The form ${modal.custom_id} does not stand there.`);
        const inputs = everyComponent(modal.components).filter(({ custom_id }) => custom_id);
        for (const key of Object.keys(values)) named(inputs, key, (one) => [one.custom_id]);
        const components = modal.components.map((one, index) => submitted(one, values, index + 1));
        world.modals.splice(open, 1);
        return deliver(world, {
          type: ACT.modal,
          user: user(act.user),
          channel,
          source,
          triggering: metadata,
          data: { custom_id: modal.custom_id, components },
        });
      },
    ),
    /** Adds or removes a reaction; `silently`: without an event. */
    react: async (
      act: OnMessage & { emoji: string; on?: boolean; silently?: boolean },
    ): Promise<Delivery | undefined> => {
      const by = user(act.user);
      const { on = true, silently = false } = act;
      return react(world, held(act.message, by), by, {
        emoji: readEmoji(act.emoji),
        on,
        silently,
      });
    },
    /** Writes in a channel or a thread; `replyTo` includes the mention that Discord's client adds by default. */
    say: async (act: Place & { text: string; replyTo?: string }): Promise<Held> => {
      const channel = channelOf(act);
      const reference = { type: 0, channel_id: channel.id, message_id: act.replyTo };
      return addMessage(
        world,
        'say',
        {
          ...{ channel, author: user(act.user), type: act.replyTo === undefined ? 0 : 19 },
          ...(act.replyTo !== undefined && { extra: { message_reference: reference } }),
        },
        { content: act.text, allowed_mentions: { parse: [] } },
      );
    },
    /** Sends the same event again, as Discord may. */
    repeat: async ({ event, data }: Delivery): Promise<void> => world.dispatch(event, data),
  };
}

function commandData({ command, options, resolved }: FilledCommand) {
  return {
    id: command.id,
    name: command.name,
    type: command.type,
    ...(command.guild_id ? { guild_id: command.guild_id } : {}),
    ...(options.length > 0 ? { options } : {}),
    ...(Object.keys(resolved).length > 0 ? { resolved } : {}),
  };
}

/** What a client submits of a form: the inputs in their containers, and no text. */
function submitted(
  one: Component,
  values: Readonly<Record<string, string>>,
  id: number,
): Record<string, unknown> {
  const base = { type: one.type, id };
  if (one.component) return { ...base, component: submitted(one.component, values, id + 100) };
  if (one.components)
    return {
      ...base,
      components: one.components.map((inner, index) => submitted(inner, values, id + 100 + index)),
    };
  if (one.custom_id === undefined) return base;
  const given = values[one.custom_id];
  if (one.type === TYPE.select) {
    // Preselected choices are submitted too.
    const chosen = (one.options ?? []).flatMap((option) =>
      option['default'] ? [option.value] : [],
    );
    return { ...base, custom_id: one.custom_id, values: given === undefined ? chosen : [given] };
  }
  if (one.type === TYPE.radioGroup) {
    const options = one.options ?? [];
    const chosen = given ?? options.find((option) => option['default'])?.value ?? null;
    if (chosen === null && one.required !== false)
      throw new Error(`${one.custom_id} must be chosen.`);
    if (chosen !== null && !options.some(({ value }) => value === chosen))
      throw new Error(`${one.custom_id} offers no ${chosen}.`);
    return { ...base, custom_id: one.custom_id, value: chosen };
  }
  const value = given ?? one.value ?? '';
  if (value === '' && one.required !== false)
    throw new Error(`${one.custom_id} must be filled in.`);
  const { min_length: least = 0, max_length: most = 4000 } = one;
  if (value !== '' && (value.length < least || value.length > most))
    throw new Error(`${one.custom_id} takes ${least} to ${most} characters.`);
  return { ...base, custom_id: one.custom_id, value };
}
