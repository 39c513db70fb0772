import { excessesOfChoices } from './command-limits.ts';
import { refusals } from './errors.ts';
import type { Upload } from './files.ts';
import type { Acknowledgement, Held, Interaction } from './kept.ts';
import { excessesOfModal, FLAG } from './limits.ts';
import { addMessage, announce, editMessage } from './messages.ts';
import { CallbackBody, ChoicesBody, MessageBody, ModalBody, withoutNulls } from './shapes.ts';
import type { World } from './state.ts';

export const ACT = { command: 2, component: 3, autocomplete: 4, modal: 5 } as const;
const CALLBACK = { message: 4, defer: 5, deferUpdate: 6, update: 7, choices: 8, modal: 9 } as const;

/** Lifetime of a token, in milliseconds. */
const TOKEN_LIFE = 15 * 60 * 1000;

/** Which responses fit which interaction. */
const FITTING: Readonly<Record<number, readonly number[]>> = {
  [ACT.command]: [CALLBACK.message, CALLBACK.defer, CALLBACK.modal],
  [ACT.component]: [4, 5, 6, 7, 9],
  [ACT.autocomplete]: [CALLBACK.choices],
  [ACT.modal]: [4, 5, 6, 7],
};

const WHERE = 'POST /interactions/{interaction_id}/{interaction_token}/callback';

/** The bot's first response. @throws Refusal 10062 late or unknown, 40060 a second time, 50035 unfitting */
export function callBack(
  world: World,
  { id, token }: { id: string; token: string },
  body: unknown,
  uploads: readonly Upload[],
): Interaction {
  const interaction = world.interactions.get(token);
  if (interaction === undefined || interaction.id !== id) throw refusals.unknownInteraction();
  if (interaction.callback !== undefined) throw refusals.alreadyAcknowledged();
  if (world.clock.now() - interaction.at > world.ackWithin) throw refusals.unknownInteraction();

  const { type, data } = CallbackBody.parse(body);
  const formless = interaction.type === ACT.modal && interaction.source === undefined;
  const updates = type === CALLBACK.update || type === CALLBACK.deferUpdate;
  if (!FITTING[interaction.type]?.includes(type) || (formless && updates)) {
    const message = `callback type ${type} answers no interaction of type ${interaction.type}`;
    world.fault('limit', WHERE, message);
    throw refusals.invalidForm([{ path: 'type', code: 'INTERACTION_TYPE_INVALID', message }]);
  }
  const ack = ackOf(world, interaction, type, data, uploads);
  interaction.callback = type;
  if (ack.message) {
    interaction.original = ack.message;
    interaction.reach.add(ack.message.id);
  }
  if (ack.modal) world.modals.push(ack.modal);
  interaction.acknowledge(ack);
  if (ack.message && (type === CALLBACK.message || type === CALLBACK.update))
    interaction.write(ack.message);
  return interaction;
}

function ackOf(
  world: World,
  interaction: Interaction,
  callback: number,
  data: unknown,
  uploads: readonly Upload[],
): Acknowledgement {
  const { source } = interaction;
  if (callback === CALLBACK.choices) {
    const { choices } = ChoicesBody.parse(withoutNulls(data));
    refuseIf(world, excessesOfChoices(choices));
    return { callback, choices };
  }
  if (callback === CALLBACK.modal) {
    const modal = ModalBody.parse(withoutNulls(data));
    refuseIf(world, excessesOfModal(modal));
    return { callback, modal: { ...modal, interaction } };
  }
  const body = MessageBody.parse(data ?? {});
  if (source !== undefined && callback === CALLBACK.update)
    editMessage(world, WHERE, source, body, uploads);
  if (source !== undefined && (callback === CALLBACK.update || callback === CALLBACK.deferUpdate))
    return { callback, message: source };
  const loading = callback === CALLBACK.defer ? FLAG.loading : 0;
  return { callback, message: reply(world, WHERE, interaction, body, uploads, loading) };
}

function refuseIf(world: World, excesses: ReturnType<typeof excessesOfChoices>): void {
  for (const { path, message } of excesses) world.fault('limit', WHERE, `${path}: ${message}`);
  if (excesses.length > 0) throw refusals.invalidForm(excesses);
}

function reply(
  world: World,
  where: string,
  interaction: Interaction,
  body: MessageBody,
  uploads: readonly Upload[],
  flags = 0,
): Held {
  const { channel, user, metadata, source, original } = interaction;
  const ephemeral = (body.flags ?? 0) & FLAG.ephemeral;
  const to = original ?? source;
  const reference = to && {
    message_reference: { type: 0, channel_id: channel.id, message_id: to.id },
  };
  return addMessage(
    world,
    where,
    {
      channel,
      author: world.bot,
      type: reference ? 19 : 20,
      flags: flags | ephemeral,
      onlyFor: ephemeral ? user.id : undefined,
      extra: {
        webhook_id: world.applicationId,
        application_id: world.applicationId,
        interaction_metadata: metadata,
        ...reference,
      },
    },
    body,
    uploads,
  );
}

/** The token's interaction. @throws Refusal 10015 if it was never acknowledged, 50027 after 15 minutes */
export function byToken(world: World, application: string, token: string): Interaction {
  const interaction = world.interactions.get(token);
  if (application !== world.applicationId || interaction?.callback === undefined)
    throw refusals.unknownWebhook();
  if (world.clock.now() - interaction.at > TOKEN_LIFE) throw refusals.invalidToken();
  return interaction;
}

/** A follow-up message. If a deferred answer is pending, it becomes that answer. */
export function followUp(
  world: World,
  interaction: Interaction,
  where: string,
  body: MessageBody,
  uploads: readonly Upload[],
): Held {
  const { original } = interaction;
  if (original !== undefined && (original.flags & FLAG.loading) !== 0) {
    rewrite(world, interaction, where, original, body, uploads);
    return original;
  }
  const held = reply(world, where, interaction, body, uploads);
  interaction.reach.add(held.id);
  interaction.write(held);
  return held;
}

export function rewrite(
  world: World,
  interaction: Interaction,
  where: string,
  held: Held,
  body: MessageBody,
  uploads: readonly Upload[],
): void {
  editMessage(world, where, held, body, uploads);
  interaction.write(held);
}

/** A message that the token may edit; `@original` is the first. @throws Refusal 10008 */
export function reached(world: World, interaction: Interaction, id: string): Held {
  const wanted = id === '@original' ? interaction.original?.id : id;
  const held = world.messages.get(wanted ?? '');
  if (held === undefined || !interaction.reach.has(held.id)) throw refusals.unknownMessage();
  return held;
}

export function removeMessage(world: World, held: Held): void {
  world.messages.delete(held.id);
  announce(world, 'MESSAGE_DELETE', held);
}
