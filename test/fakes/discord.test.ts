import { once } from 'node:events';
import {
  ActionRowBuilder,
  ApplicationCommandOptionType,
  AttachmentBuilder,
  ButtonBuilder,
  ButtonStyle,
  ChannelType,
  Client,
  type ClientOptions,
  ContainerBuilder,
  DiscordAPIError,
  Events,
  GatewayIntentBits,
  type Interaction,
  LabelBuilder,
  MediaGalleryBuilder,
  MessageFlags,
  ModalBuilder,
  Partials,
  RateLimitError,
  StringSelectMenuBuilder,
  type TextChannel,
  TextDisplayBuilder,
  TextInputBuilder,
  TextInputStyle,
} from 'discord.js';
import { afterEach, describe, expect, it } from 'vitest';
import { eventually } from '../story/eventually.ts';
import { excessesOfChoices, excessesOfCommands } from './discord/command-limits.ts';
import { type DiscordDouble, type DiscordOptions, openDiscord, textOf } from './discord/index.ts';
import { theJudge } from './discord/judge.ts';
import { excessesOfMessage, excessesOfModal, type Standing } from './discord/limits.ts';
import type { Component } from './discord/shapes.ts';

/** Long, because it tests one double and one client from end to end, act by act. */
const HOUSE: DiscordOptions = {
  guilds: [
    {
      name: 'lab',
      roles: [{ name: 'approvers' }],
      members: [{ name: 'ada', roles: ['approvers'] }, { name: 'bob' }],
      channels: [{ name: 'ml' }, { name: 'random' }],
    },
  ],
};
const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGNg+M/wHwAEAQH/7yMK/gAAAABJRU5ErkJggg==',
  'base64',
);
const SOON = { within: 60_000, every: 10 };

const { judged } = theJudge();
const open: { client?: Client; double?: DiscordDouble } = {};

afterEach(async () => {
  await open.client?.destroy();
  await open.double?.close();
  delete open.client;
  delete open.double;
});

async function discord(options: DiscordOptions = {}): Promise<DiscordDouble> {
  open.double = await openDiscord({ ...HOUSE, ...options });
  // On a busy machine a bot is not late for that: only where a test moves the clock.
  open.double.clock.hold();
  return open.double;
}

function clientFor(double: DiscordDouble, options: Partial<ClientOptions> = {}): Client {
  const client = new Client({
    intents: [GatewayIntentBits.Guilds, GatewayIntentBits.GuildMessageReactions],
    partials: [Partials.Message, Partials.Channel, Partials.Reaction],
    allowedMentions: { parse: [] },
    // Without it a second identify waits for five seconds, as Discord requires.
    ws: { buildIdentifyThrottler: async () => ({ waitForIdentify: async () => {} }) },
    ...options,
    rest: { api: double.api, cdn: double.cdn, version: '10', ...options.rest },
  });
  open.client = client;
  return client;
}

async function logIn(double: DiscordDouble, options: Partial<ClientOptions> = {}) {
  const client = clientFor(double, options);
  const ready = once(client, Events.ClientReady);
  await client.login(double.token);
  await ready;
  return client;
}

/** A connected bot with a handler for every interaction. */
async function bot(
  double: DiscordDouble,
  react: (interaction: Interaction) => Promise<unknown>,
  options: Partial<ClientOptions> = {},
) {
  const client = await logIn(double, options);
  const troubles: unknown[] = [];
  client.on(Events.InteractionCreate, (interaction) => {
    react(interaction).catch((error: unknown) => troubles.push(error));
  });
  await client.application?.commands.set(
    [
      {
        name: 'train',
        description: 'Trains a model',
        options: [
          {
            name: 'model',
            description: 'Which one',
            type: ApplicationCommandOptionType.String,
            required: true,
            autocomplete: true,
          },
          { name: 'epochs', description: 'How long', type: ApplicationCommandOptionType.Integer },
        ],
      },
    ],
    double.ids.guild('lab'),
  );
  return { client, troubles };
}

async function channelOf(client: Client, double: DiscordDouble, name = 'ml'): Promise<TextChannel> {
  const channel = await client.channels.fetch(double.ids.channel(name));
  if (channel?.type !== ChannelType.GuildText) throw new Error(`${name} is no text channel`);
  return channel;
}

const TRAIN = { user: 'ada', channel: 'ml', name: 'train', options: { model: 'flights' } };

describe('fakes/discord: the client and its commands', () => {
  it('logs in and sees its guild', async () => {
    const double = await discord();
    const client = await logIn(double);
    const guild = client.guilds.cache.get(double.ids.guild('lab'));
    expect(guild?.name).toBe('lab');
    expect(guild?.channels.cache.map(({ name }) => name)).toEqual(['ml', 'random']);
    expect(
      (await guild?.members.fetch(double.ids.user('ada')))?.roles.cache.map((r) => r.name),
    ).toContain('approvers');
    expect((await guild?.fetch())?.approximateMemberCount).toBe(3);
    expect((await client.application?.fetch())?.name).toBe('Wheelhouse');
    expect(double.counts.identifies).toBe(1);
    expect(double.faults).toEqual([]);
  });

  it('registers commands per guild and everywhere, and counts it', async () => {
    const double = await discord();
    const { client } = await bot(double, async () => {});
    await client.application?.commands.set([{ name: 'help', description: 'Says what there is' }]);
    expect(double.puts).toBe(2);
    const fetched = await client.application?.commands.fetch({ guildId: double.ids.guild('lab') });
    expect(fetched?.map(({ name }) => name)).toEqual(['train']);
    expect(double.commands().map(({ name }) => name)).toEqual(['help']);
    expect(double.faults).toEqual([]);
  });

  it('refuses a command that the limits do not admit', async () => {
    const double = await discord();
    const client = await logIn(double);
    const register = client.application?.commands.set([{ name: 'Train', description: 'x' }]);
    await expect(register).rejects.toMatchObject({ code: 50035, status: 400 });
    expect(double.faults).toMatchObject([{ kind: 'limit' }]);
  });
});

describe('fakes/discord: interactions', () => {
  it('takes an answer that was deferred, then a follow-up', async () => {
    const double = await discord();
    await bot(double, async (interaction) => {
      if (!interaction.isChatInputCommand()) return;
      await interaction.deferReply();
      await interaction.editReply(`training ${interaction.options.getString('model')}`);
      await interaction.followUp({ content: 'only you', flags: MessageFlags.Ephemeral });
    });
    const seen = await double.slashCommand(TRAIN);
    expect(seen).toMatchObject({ callback: 5, ephemeral: false });
    expect(seen.message?.flags).toBe(MessageFlags.Loading);
    expect(await seen.answer()).toMatchObject({ content: 'training flights', flags: 0 });
    await eventually('the follow-up', async () => double.ephemerals('ada').length === 1, SOON);
    expect(double.messages('ml').map(textOf)).toEqual(['training flights']);
    expect(double.ephemerals('bob')).toEqual([]);
    expect(double.faults).toEqual([]);
  });

  it('passes on who called, where, and with which roles', async () => {
    const double = await discord();
    const heard: { name: string; channel?: string | undefined; roles: string[] }[] = [];
    await bot(double, async (interaction) => {
      if (!interaction.isChatInputCommand()) return;
      const roles = interaction.inCachedGuild() ? [...interaction.member.roles.cache.keys()] : [];
      heard.push({ name: interaction.user.username, channel: interaction.channel?.id, roles });
      await interaction.reply({ content: 'ok', flags: MessageFlags.Ephemeral });
    });
    const seen = await double.slashCommand({ ...TRAIN, options: { model: 'flights', epochs: 3 } });
    expect(seen).toMatchObject({ callback: 4, ephemeral: true, message: { content: 'ok' } });
    expect(heard).toMatchObject([{ name: 'ada', channel: double.ids.channel('ml') }]);
    expect(heard[0]?.roles).toContain(double.ids.role('approvers'));
    expect(double.messages('ml')).toEqual([]);
    expect(double.faults).toEqual([]);
  });

  it('refuses calls that are not registered or do not match', async () => {
    const double = await discord();
    await bot(double, async () => {});
    await expect(double.slashCommand({ ...TRAIN, name: 'promote' })).rejects.toThrow('promote');
    await expect(double.slashCommand({ ...TRAIN, options: {} })).rejects.toThrow('model');
    await expect(
      double.slashCommand({ ...TRAIN, options: { model: 'flights', epochs: 0.5 } }),
    ).rejects.toThrow('whole number');
    expect(double.faults.map(({ kind }) => kind)).toEqual(['act', 'act', 'act']);
  });

  it('completes an option', async () => {
    const double = await discord();
    await bot(double, async (interaction) => {
      if (!interaction.isAutocomplete()) return;
      const { value } = interaction.options.getFocused(true);
      await interaction.respond([{ name: `${value}ights`, value: 'flights' }]);
    });
    const seen = await double.autocomplete({
      ...TRAIN,
      options: { model: 'fl' },
      focused: 'model',
    });
    expect(seen).toMatchObject({ callback: 8, choices: [{ name: 'flights', value: 'flights' }] });
    expect(seen.milliseconds).toBeGreaterThan(0);
    expect(double.faults).toEqual([]);
  });

  it('calls an acknowledgement after three seconds unknown', async () => {
    const double = await discord();
    const { troubles } = await bot(double, async (interaction) => {
      if (!interaction.isRepliable()) return;
      double.clock.pass(3001);
      await interaction.reply('too late');
    });
    expect(await double.slashCommand(TRAIN)).toMatchObject({ callback: undefined });
    await eventually('the refusal', async () => troubles.length === 1, SOON);
    expect(troubles[0]).toBeInstanceOf(DiscordAPIError);
    expect(troubles[0]).toMatchObject({ code: 10062, status: 404 });
    expect(double.messages('ml')).toEqual([]);
  });

  it('admits one acknowledgement of an event, however often it is delivered', async () => {
    const double = await discord();
    const { troubles } = await bot(double, async (interaction) => {
      if (interaction.isRepliable()) await interaction.reply('once');
    });
    const seen = await double.slashCommand(TRAIN);
    await double.repeat(seen.delivery);
    await eventually('the refusal', async () => troubles.length === 1, SOON);
    expect(troubles[0]).toMatchObject({ code: 40060, status: 400 });
    expect(double.messages('ml')).toHaveLength(1);
  });

  it('lets a token live for fifteen minutes, and no token but its own', async () => {
    const double = await discord();
    const { troubles, client } = await bot(double, async (interaction) => {
      if (!interaction.isRepliable()) return;
      await interaction.deferReply();
      double.clock.pass(15 * 60 * 1000 + 1);
      await interaction.editReply('too late');
    });
    await double.slashCommand(TRAIN);
    await eventually('the refusal', async () => troubles.length === 1, SOON);
    expect(troubles[0]).toMatchObject({ code: 50027, status: 401 });
    // A 401 for a webhook's token leaves the bot's token in place.
    expect((await channelOf(client, double)).name).toBe('ml');
    const unknown = client.rest.post(`/webhooks/${double.applicationId}/nonsense`, {
      body: { content: 'x', allowed_mentions: { parse: [] } },
      auth: false,
    });
    await expect(unknown).rejects.toMatchObject({ code: 10015, status: 404 });
  });

  it('shows a form and passes on its values', async () => {
    const double = await discord();
    await bot(double, async (interaction) => {
      if (interaction.isChatInputCommand()) {
        const input = new TextInputBuilder().setCustomId('why').setStyle(TextInputStyle.Paragraph);
        const label = new LabelBuilder().setLabel('Why?').setTextInputComponent(input);
        const modal = new ModalBuilder().setCustomId('ask').setTitle('Reason');
        await interaction.showModal(modal.addLabelComponents(label));
      } else if (interaction.isModalSubmit()) {
        await interaction.reply(`because ${interaction.fields.getTextInputValue('why')}`);
      }
    });
    const { callback, modal } = await double.slashCommand(TRAIN);
    expect([callback, modal?.title]).toEqual([9, 'Reason']);
    expect(double.modals('ada')).toEqual([modal]);
    if (modal === undefined) throw new Error('no form');
    const seen = await double.submitModal({ user: 'ada', modal, values: { why: 'drift' } });
    expect(seen).toMatchObject({ callback: 4, message: { content: 'because drift' } });
    expect(double.modals('ada')).toEqual([]);
    expect(double.faults).toEqual([]);
  });

  it('answers with_response with the message', async () => {
    const double = await discord();
    const ids: (string | undefined)[] = [];
    await bot(double, async (interaction) => {
      if (!interaction.isRepliable()) return;
      const { resource } = await interaction.reply({ content: 'hi', withResponse: true });
      ids.push(resource?.message?.id, (await interaction.fetchReply()).id);
      await interaction.deleteReply();
    });
    const seen = await double.slashCommand(TRAIN);
    await eventually('the deletion', async () => double.messages('ml').length === 0, SOON);
    expect(ids).toEqual([seen.message?.id, seen.message?.id]);
    expect(double.faults).toEqual([]);
  });
});

describe('fakes/discord: messages', () => {
  it('keeps a file byte by byte, and serves it', async () => {
    const double = await discord();
    const client = await logIn(double);
    const channel = await channelOf(client, double);
    const file = new AttachmentBuilder(PNG, { name: 'chart.png', description: 'One pixel' });
    const sent = await channel.send({ content: 'look', files: [file] });
    const [attachment] = sent.attachments.values();
    expect(attachment).toMatchObject({ description: 'One pixel', width: 1, size: PNG.length });
    const bytes = Buffer.from(await (await fetch(attachment?.url ?? '')).arrayBuffer());
    expect(bytes.equals(PNG)).toBe(true);

    await sent.edit('look again');
    expect(double.messages('ml')).toMatchObject([
      { content: 'look again', attachments: [{ filename: 'chart.png' }] },
    ]);
    await sent.edit({ files: [new AttachmentBuilder(PNG, { name: 'new.png' })] });
    expect(double.messages('ml')[0]?.attachments.map((one) => one.filename)).toEqual(['new.png']);
    await sent.delete();
    expect(double.messages('ml')).toEqual([]);
    expect(double.faults).toEqual([]);
  });

  it('puts a picture into an embed', async () => {
    const double = await discord();
    const channel = await channelOf(await logIn(double), double);
    const embeds = [{ title: 'Run 7', image: { url: 'attachment://chart.png' } }];
    const sent = await channel.send({
      embeds,
      files: [new AttachmentBuilder(PNG, { name: 'chart.png' })],
    });
    expect(sent.embeds[0]?.image?.url).toMatch(/^http.*chart\.png$/);
    expect(sent.attachments.size).toBe(0);
    await expect(channel.send({ embeds })).rejects.toMatchObject({ code: 50035 });
    expect(double.faults).toMatchObject([{ what: expect.stringContaining('attachment://') }]);
  });

  it('gives the same message for the same nonce', async () => {
    const double = await discord();
    const channel = await channelOf(await logIn(double), double);
    const first = await channel.send({ content: 'once', nonce: 'k1', enforceNonce: true });
    const again = await channel.send({ content: 'once', nonce: 'k1', enforceNonce: true });
    expect(again.id).toBe(first.id);
    double.clock.pass(10 * 60 * 1000);
    const later = await channel.send({ content: 'once', nonce: 'k1', enforceNonce: true });
    expect(later.id).not.toBe(first.id);
    expect(double.faults).toEqual([]);
  });

  it('detects text that could notify someone', async () => {
    const double = await discord();
    const channel = await channelOf(await logIn(double), double);
    await channel.send('@everyone');
    expect(double.faults).toEqual([]);
    await channel.send({ content: '<@1> and @here', allowedMentions: { parse: ['users'] } });
    expect(double.faults).toMatchObject([{ kind: 'mention' }]);
  });

  it('refuses what is too long, and says where', async () => {
    const double = await discord();
    const channel = await channelOf(await logIn(double), double);
    await expect(channel.send('x'.repeat(2001))).rejects.toMatchObject({
      code: 50035,
      message: expect.stringContaining('content[BASE_TYPE_MAX_LENGTH]'),
    });
    const half = { description: 'x'.repeat(3001) };
    await expect(channel.send({ embeds: [half, half] })).rejects.toMatchObject({ code: 50035 });
    expect(double.faults.map(({ kind }) => kind)).toEqual(['limit', 'limit']);
    expect(double.messages('ml')).toEqual([]);
  });

  it('opens a thread under a message and posts there', async () => {
    const double = await discord();
    const channel = await channelOf(await logIn(double), double);
    const root = await channel.send('run 7');
    const thread = await root.startThread({ name: 'Run 7' });
    await thread.send('epoch 1');
    expect(double.thread(thread.id)).toMatchObject({ parent_id: channel.id, message_count: 1 });
    expect(double.messages(thread.id).map(textOf)).toEqual(['epoch 1']);
    expect(double.messages('ml')[0]?.thread?.id).toBe(root.id);
    await thread.members.add(double.ids.user('bob'));
    expect(double.thread('Run 7').members).toContain(double.ids.user('bob'));
    const free = await channel.threads.create({ name: 'Free' });
    expect(double.thread('Free').id).toBe(free.id);
    await expect(root.startThread({ name: 'Again' })).rejects.toMatchObject({});
    expect(double.faults).toEqual([]);
  });
});

describe('fakes/discord: components', () => {
  it('lets a button of a classic row be pressed, and its message be updated', async () => {
    const double = await discord();
    const { client } = await bot(double, async (interaction) => {
      if (interaction.isButton())
        await interaction.update({ content: `by ${interaction.user.username}`, components: [] });
    });
    const channel = await channelOf(client, double);
    const row = new ActionRowBuilder<ButtonBuilder>().addComponents(
      new ButtonBuilder().setCustomId('yes:1').setLabel('Approve').setStyle(ButtonStyle.Success),
    );
    const { id } = await channel.send({ content: 'approve?', components: [row] });
    const seen = await double.press({ user: 'ada', message: id, label: 'Approve' });
    expect(seen).toMatchObject({ callback: 7, message: { id, content: 'by ada' } });
    await expect(double.press({ user: 'ada', message: id, label: 'Approve' })).rejects.toThrow();
    expect(double.faults.map(({ kind }) => kind)).toEqual(['act']);
  });

  it('takes a container with text, a picture and a select', async () => {
    const double = await discord();
    const { client } = await bot(double, async (interaction) => {
      if (!interaction.isStringSelectMenu()) return;
      await interaction.deferUpdate();
      const content = `chosen ${interaction.values.join()}`;
      await interaction.editReply({ components: [new TextDisplayBuilder({ content })] });
    });
    const channel = await channelOf(client, double);
    const select = new StringSelectMenuBuilder()
      .setCustomId('env')
      .addOptions({ label: 'Production', value: 'prod' }, { label: 'Staging', value: 'stage' });
    const container = new ContainerBuilder()
      .addTextDisplayComponents(new TextDisplayBuilder({ content: '## Run 7' }))
      .addMediaGalleryComponents(
        new MediaGalleryBuilder().addItems({
          media: { url: 'attachment://chart.png' },
          description: 'One pixel',
        }),
      )
      .addActionRowComponents(
        new ActionRowBuilder<StringSelectMenuBuilder>().addComponents(select),
      );
    const sent = await channel.send({
      flags: MessageFlags.IsComponentsV2,
      components: [container],
      files: [new AttachmentBuilder(PNG, { name: 'chart.png' })],
    });
    expect(textOf(double.messages('ml')[0] ?? {})).toContain('## Run 7');
    const act = { user: 'ada', message: sent.id, custom_id: 'env' };
    const seen = await double.select({ ...act, values: ['Staging'] });
    expect(seen.callback).toBe(6);
    expect(textOf(await seen.answer())).toBe('chosen stage');
    await expect(sent.edit({ content: 'words' })).rejects.toMatchObject({ code: 50035 });
    expect(double.faults.map(({ kind }) => kind)).toEqual(['limit']);
  });
});

describe('fakes/discord: reactions', () => {
  it('sends an added reaction with the member, and a removed one without', async () => {
    const double = await discord();
    const client = await logIn(double);
    const channel = await channelOf(client, double);
    const { id } = await channel.send('approve?');
    channel.messages.cache.clear();
    const raw: { t: string; d: { member?: unknown } }[] = [];
    client.on(Events.Raw, (packet) => raw.push(packet));
    const added = once(client, Events.MessageReactionAdd);
    await double.react({ user: 'ada', message: id, emoji: '👍' });
    const [reaction, user] = await added;
    expect([reaction.partial, user.username]).toEqual([true, 'ada']);
    expect((await reaction.fetch()).count).toBe(1);
    const removed = once(client, Events.MessageReactionRemove);
    await double.react({ user: 'ada', message: id, emoji: '👍', on: false });
    await removed;
    expect(raw.map(({ t, d }) => [t, d.member !== undefined])).toEqual([
      ['MESSAGE_REACTION_ADD', true],
      ['MESSAGE_REACTION_REMOVE', false],
    ]);
    expect(double.faults).toEqual([]);
  });

  it('lists reactions page by page, including those from before the connection', async () => {
    const people = Array.from({ length: 130 }, (_, index) => ({ name: `p${index}` }));
    const double = await discord({
      guilds: [{ name: 'lab', members: people, channels: [{ name: 'ml' }] }],
    });
    const client = await logIn(double);
    const channel = await channelOf(client, double);
    const { id } = await channel.send('approve?');
    for (const { name } of people)
      await double.react({ user: name, message: id, emoji: '✅', silently: true });
    channel.messages.cache.clear();
    const message = await channel.messages.fetch(id);
    const reaction = message.reactions.resolve('✅');
    expect(reaction?.count).toBe(130);
    const first = await reaction?.users.fetch({ limit: 100 });
    const rest = await reaction?.users.fetch({ limit: 100, after: first?.lastKey() ?? '' });
    expect([first?.size, rest?.size]).toEqual([100, 30]);
    await message.react('👀');
    expect(double.messages('ml')[0]?.reactions).toMatchObject([{ me: false }, { me: true }]);
    await expect(message.react('nonsense')).rejects.toMatchObject({ code: 10014 });
    expect(double.faults).toEqual([]);
  });
});

describe('fakes/discord: trouble', () => {
  it('lets the client wait for its bucket, or say so', async () => {
    const double = await discord({
      rates: { 'POST /channels/{channel_id}/messages': { limit: 2, seconds: 0.3 } },
    });
    const client = await logIn(double);
    const channel = await channelOf(client, double);
    await channel.send('one');
    // The client learns its bucket from the first answer, and counts from the second on.
    await channel.send('two');
    await channel.send('three');
    expect(double.messages('ml')).toHaveLength(3);
    expect(double.requests.filter(({ status }) => status === 429)).toEqual([]);

    client.rest.options.rejectOnRateLimit = () => true;
    double.trouble = (_, route) =>
      route.endsWith('/messages') ? { status: 429, retryAfter: 60, global: true } : undefined;
    const error = await (await channelOf(client, double, 'random')).send('four').catch((e) => e);
    expect(error).toBeInstanceOf(RateLimitError);
    expect(error).toMatchObject({ global: true });
    expect(double.faults).toEqual([]);
  });

  it('answers a second time what took effect before its answer was lost', async () => {
    const double = await discord();
    const channel = await channelOf(await logIn(double), double);
    let left = 1;
    double.trouble = (method) =>
      method === 'POST' && left-- > 0 ? { status: 500, after: true } : undefined;
    await channel.send('twice');
    expect(double.messages('ml')).toHaveLength(2);
    left = 1;
    await channel.send({ content: 'once', nonce: 'n', enforceNonce: true });
    expect(double.messages('ml')).toHaveLength(3);
    double.trouble = () => ({ status: 403, code: 50013, message: 'Missing Permissions' });
    await expect(channel.send('no')).rejects.toMatchObject({ code: 50013, status: 403 });
    double.trouble = () => ({ status: 'cut' });
    await expect(channel.send('no')).rejects.toThrow();
    expect(double.faults).toEqual([]);
  });

  it('refuses everything beyond the global limit', async () => {
    const double = await discord({ globalRate: { limit: 2, seconds: 60 } });
    const headers = { authorization: `Bot ${double.token}` };
    const ask = () => fetch(`${double.api}/v10/users/@me`, { headers });
    await ask();
    await ask();
    const third = await ask();
    expect(third.status).toBe(429);
    expect(third.headers.get('x-ratelimit-global')).toBe('true');
    expect(await third.json()).toMatchObject({ global: true });
  });
});

describe('fakes/discord: the judge', () => {
  it.runIf(judged)('finds what a bot sends against the document', async () => {
    const double = await discord();
    const client = await logIn(double);
    const send = client.rest.post(`/channels/${double.ids.channel('ml')}/messages`, {
      body: { content: 'x', embeds: [{ title: 'x', color: 'red' }] },
    });
    await expect(send).rejects.toMatchObject({ code: 50035 });
    expect(double.faults).toMatchObject([
      { kind: 'request', what: expect.stringContaining('/embeds/0/color') },
    ]);
  });

  it.runIf(judged)('finds what the double itself would get wrong', () => {
    const judge = theJudge();
    expect(judge.component('UserResponse', { id: 'x' })).not.toEqual([]);
    const path = '/channels/{channel_id}/messages/{message_id}';
    expect(judge.answer('DELETE', path, 204, undefined)).toEqual([]);
    expect(judge.answer('DELETE', path, 204, {})).not.toEqual([]);
    expect(judge.answer('GET', path, 200, { id: '1' })).not.toEqual([]);
  });

  it('finds a route that it does not have', async () => {
    const double = await discord();
    const client = await logIn(double);
    await expect(client.rest.get('/voice/regions')).rejects.toMatchObject({ status: 404 });
    expect(double.faults).toMatchObject([{ kind: 'route', where: 'GET /voice/regions' }]);
  });
});

describe('fakes/discord: limits', () => {
  const plain = { content: '', embeds: [], components: [], flags: 0, files: [] };
  const v2 = MessageFlags.IsComponentsV2;
  const button = (id: number) => ({ type: 2, style: 1, label: 'Go', custom_id: `go:${id}` });
  const row = (...components: Component[]) => ({ type: 1, components });
  const text = (content: string) => ({ type: 10, content });
  const many = <T>(count: number, make: (index: number) => T) =>
    Array.from({ length: count }, (_, index) => make(index));

  it.each<[string, Partial<Standing>, Partial<Standing>]>([
    ['2000 characters', { content: 'x'.repeat(2000) }, { content: 'x'.repeat(2001) }],
    [
      '10 embeds',
      { embeds: many(10, () => ({ title: 'x' })) },
      { embeds: many(11, () => ({ title: 'x' })) },
    ],
    [
      '6000 characters over all embeds',
      { embeds: many(2, () => ({ description: 'x'.repeat(3000) })) },
      { embeds: [{ description: 'x'.repeat(3000) }, { description: 'x'.repeat(3001) }] },
    ],
    [
      '25 fields',
      { embeds: [{ fields: many(25, () => ({ name: 'a', value: 'b' })) }] },
      { embeds: [{ fields: many(26, () => ({ name: 'a', value: 'b' })) }] },
    ],
    [
      '10 MiB a file',
      { files: [{ filename: 'a', size: 10 * 1024 * 1024 }] },
      { files: [{ filename: 'a', size: 10 * 1024 * 1024 + 1 }] },
    ],
    [
      '5 rows',
      { components: many(5, (index) => row(button(index))) },
      { components: many(6, (index) => row(button(index))) },
    ],
    [
      '5 buttons in a row',
      { components: [row(...many(5, button))] },
      { components: [row(...many(6, button))] },
    ],
    [
      'a custom id once',
      { components: [row(button(1), button(2))] },
      { components: [row(button(1), button(1))] },
    ],
    [
      '80 characters on a button',
      { components: [row({ ...button(1), label: 'x'.repeat(80) })] },
      { components: [row({ ...button(1), label: 'x'.repeat(81) })] },
    ],
    [
      '40 components',
      { flags: v2, components: [{ type: 17, components: many(39, () => text('x')) }] },
      { flags: v2, components: [{ type: 17, components: many(40, () => text('x')) }] },
    ],
    [
      '4000 characters over all text displays',
      { flags: v2, components: [text('x'.repeat(2000)), text('x'.repeat(2000))] },
      { flags: v2, components: [text('x'.repeat(2000)), text('x'.repeat(2001))] },
    ],
    [
      'no words beside the new components',
      { flags: v2, components: [text('x')] },
      { flags: v2, components: [text('x')], content: 'x' },
    ],
  ])('admits %s and no more', (_, fits, exceeds) => {
    expect(excessesOfMessage({ ...plain, ...fits })).toEqual([]);
    expect(excessesOfMessage({ ...plain, ...exceeds })).not.toEqual([]);
  });

  it('admits five parts and 45 characters of title in a form', () => {
    const input = (id: number) => ({
      type: 18,
      label: 'Reason',
      component: { type: 4, custom_id: `why:${id}`, style: 1 },
    });
    const modal = { custom_id: 'm', title: 'x'.repeat(45), components: many(5, input) };
    expect(excessesOfModal(modal)).toEqual([]);
    expect(excessesOfModal({ ...modal, title: 'x'.repeat(46) })).toHaveLength(1);
    expect(excessesOfModal({ ...modal, components: many(6, input) })).toHaveLength(1);
  });

  it('admits 100 commands, 25 choices, and options with the required ones first', () => {
    const command = (index: number) => ({
      name: `go${index}`,
      type: 1,
      description: 'x',
      options: [{ type: 3, name: 'a', description: 'x', required: true }],
    });
    const optional = { type: 3, name: 'b', description: 'x' };
    const [required] = command(0).options;
    expect(excessesOfCommands(many(100, command))).toEqual([]);
    expect(excessesOfCommands(many(101, command))).toHaveLength(1);
    expect(excessesOfCommands([command(0), command(0)])).toHaveLength(1);
    const options = required ? [optional, required] : [];
    expect(excessesOfCommands([{ ...command(0), options }])).toHaveLength(1);
    const choices = many(26, (index) => ({ name: `c${index}`, value: index }));
    expect(excessesOfChoices(choices.slice(0, 25))).toEqual([]);
    expect(excessesOfChoices(choices)).toHaveLength(1);
  });
});

describe('fakes/discord: the gateway', () => {
  it.each([1001, 4000, undefined])('replays missed events after close %s', async (code) => {
    const double = await discord();
    const client = await logIn(double);
    const channel = await channelOf(client, double);
    const { id } = await channel.send('approve?');
    const heard: string[] = [];
    client.on(Events.MessageReactionAdd, (_, user) => heard.push(user.username ?? ''));
    double.dropSockets(code);
    await eventually('the loss', async () => !double.attended, SOON);
    await double.react({ user: 'ada', message: id, emoji: '👍' });
    await eventually('the replay', async () => heard.length === 1, SOON);
    expect(double.counts).toMatchObject({ identifies: 1, resumes: 1 });
    expect(double.faults).toEqual([]);
  });

  it('is resumed when it asks for a new connection', async () => {
    const double = await discord();
    const client = await logIn(double);
    const resumed = once(client, Events.ShardResume);
    double.askReconnect();
    await resumed;
    expect(double.counts).toMatchObject({ connects: 2, identifies: 1, resumes: 1 });
  });

  it.each([true, false])('invalidates a session, resumable: %s', async (resumable) => {
    const double = await discord();
    const client = await logIn(double);
    const back = once(client, resumable ? Events.ShardResume : Events.ShardReady);
    double.invalidateSession({ resumable });
    await back;
    expect(double.counts).toMatchObject({
      identifies: resumable ? 1 : 2,
      resumes: resumable ? 1 : 0,
    });
  });

  it('sends who comes with a forgotten session to identify again', async () => {
    const double = await discord();
    const client = await logIn(double);
    const back = once(client, Events.ShardReady);
    double.forgetSessions();
    double.dropSockets(4000);
    await back;
    expect(double.counts).toMatchObject({ identifies: 2, resumes: 1 });
  });

  it('is left for a new connection once heartbeats stay without answer', async () => {
    const double = await discord({ heartbeat: 100 });
    const client = await logIn(double);
    await eventually('a heartbeat', async () => double.counts.heartbeats > 1, SOON);
    double.acknowledgeHeartbeats(false);
    await eventually('the second connection', async () => double.counts.resumes > 0, SOON);
    double.acknowledgeHeartbeats(true);
    await eventually('peace', async () => client.ws.shards.first()?.status === 0, SOON);
  });

  it('ends a client with a bad token: 401 before the gateway', async () => {
    const double = await discord();
    await expect(clientFor(double).login('wrong')).rejects.toMatchObject({ code: 'TokenInvalid' });
    expect(double.counts.connects).toBe(0);
  });

  it('closes with 4004 for a revoked token, and with 4014 for intents', async () => {
    const double = await discord();
    const client = await logIn(double);
    const gone = once(client, Events.ShardDisconnect);
    client.on(Events.ShardError, () => {});
    double.dropSockets(4004);
    expect((await gone)[0]).toMatchObject({ code: 4004 });
    await client.destroy();

    const nosy = clientFor(double, { intents: [GatewayIntentBits.MessageContent] });
    await expect(nosy.login(double.token)).rejects.toThrow('disallowed intents');
    expect(double.counts.identifies).toBe(2);
  });

  it('counts the identifies that are left', async () => {
    const double = await discord({ budget: { total: 1000, remaining: 0 } });
    await expect(clientFor(double).login(double.token)).rejects.toThrow(/Not enough sessions/);
    expect(double.counts.identifies).toBe(0);
  });
});
