import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { agentsOf } from '../../config/agents.ts';
import type { Reply } from '../../src/core/reply.ts';
import { CLAUDE, openDesk } from './desk.ts';

let desk: Awaited<ReturnType<typeof openDesk>>;
const open: (typeof desk)[] = [];
beforeEach(async () => {
  desk = await openDesk();
  open.push(desk);
  const first = await desk.addVersion('run-1');
  await desk.addVersion('run-2');
  await desk.goLive(1, first.artifact.sha256);
});
afterAll(() => Promise.all(open.map((one) => one.close())));

function idOf({ data }: Reply): string {
  const { proposal } = data as { proposal: { id: string } };
  return proposal.id;
}
const propose = async (command: string, input: Record<string, unknown>, why?: string) =>
  idOf(await desk.ask(command, input, why));
const shown = async (id: string) => (await desk.registry.outbox.load(`proposal:${id}`))?.state.card;

describe('agents', () => {
  it('read what their owner can read, without asking anybody', async () => {
    const reply = await desk.ask('status', { model: 'flights' });
    expect(reply).toMatchObject({ outcome: 'done' });
    expect(reply.card.title).toContain('flights');
    expect(await desk.registry.proposals.list({})).toEqual([]);
  });

  it('propose a change in the channel, and change nothing', async () => {
    const before = await desk.registry.runs.list({});
    const why = 'The newest days look different. @channel';
    const reply = await desk.ask('train', { model: 'flights', parameters: { trees: '50' } }, why);
    expect(reply.card.title).toMatch(
      /^Proposed \/train flights trees=50 as proposal-\w+\. Nothing has been done: a person other than Dev Okafor must run it\.$/,
    );
    expect(await shown(idOf(reply))).toMatchObject({
      title: 'claude proposes /train flights trees=50',
      facts: [
        { label: 'Agent', value: 'claude, of Dev Okafor' },
        { label: 'Reason given by the agent', value: why },
        { label: 'Expires', value: expect.stringMatching(/UTC$/) },
      ],
      actions: [{ label: 'Run it' }, { label: 'Dismiss' }],
    });
    const copies = await desk.registry.outbox.copies(`proposal:${idOf(reply)}`);
    expect(copies.map(({ address }) => address.channel).sort()).toEqual(['flights', 'general']);
    expect([await desk.registry.runs.list({}), desk.queued]).toEqual([before, []]);
  });

  it('have what they propose run by another person, once, as that person', async () => {
    const id = await propose('train', { model: 'flights' });
    const replies = await Promise.all(
      Array.from({ length: 20 }, (_, n) => desk.say(n % 2 ? 'lead' : 'ops', `accept ${id}`)),
    );
    expect(desk.queued).toHaveLength(1);
    expect(replies.filter(({ subject }) => subject?.startsWith('run:'))).toHaveLength(1);
    const lost = replies.filter(({ fault }) => fault === 'refused');
    expect(lost).toHaveLength(19);
    expect(lost[0]?.card.title).toMatch(/accepted proposal-\w+ before you\. Nothing was done\./);
    const [run] = await desk.registry.runs.list({});
    const { decidedBy } = await desk.registry.proposals.get(id);
    expect(run?.requestedBy).toBe(decidedBy);
    expect((await shown(id))?.title).toMatch(/ran claude's proposal: \/train flights$/);
    const [event] = await desk.registry.audit.list({ subject: id });
    expect(event).toMatchObject({ action: 'proposal.accept', after: { agent: 'claude' } });
  });

  it('have nothing accepted by whoever turns out to be their owner between the look and the write', async () => {
    const { proposals } = desk.registry;
    const id = await propose('train', { model: 'flights' });
    const db = await desk.connect();
    const rows = db.collection<{ _id: string }>('proposals');
    // An attacker with database access makes the agent Lead's, after Lead's press was checked.
    let looks = 0;
    const late = {
      ...proposals,
      async get(asked: string) {
        const seen = await proposals.get(asked);
        looks += 1;
        if (looks === 1) await rows.updateOne({ _id: id }, { $set: { owner: 'lead' } });
        return seen;
      },
    };
    const set = (value: unknown) =>
      Object.defineProperty(desk.world, 'proposals', { value, configurable: true });
    set(late);
    const { card } = await desk.say('lead', `accept ${id}`);
    expect(card.title).toContain('You cannot accept this: claude is your own agent.');
    // And after the second check: the write itself checks once more.
    await rows.updateOne({ _id: id }, { $set: { owner: 'dev' } });
    set({
      ...proposals,
      async decide(...how: Parameters<typeof proposals.decide>) {
        await rows.updateOne({ _id: id }, { $set: { owner: 'lead' } });
        return proposals.decide(...how);
      },
    });
    expect((await desk.say('lead', `accept ${id}`)).outcome).not.toBe('pending');
    expect(await proposals.get(id)).toMatchObject({ status: 'open' });
    expect(desk.queued).toEqual([]);

    // An account linked to the owner at that moment is the owner's.
    set(proposals);
    await rows.updateOne({ _id: id }, { $set: { owner: 'dev' } });
    const { people, links } = desk.world;
    Object.defineProperty(desk.world, 'links', {
      value: { ...links, list: async () => [{ platform: 'web', user: 'lead', person: 'dev' }] },
      configurable: true,
    });
    const replaced: unknown[] = [];
    const byId = (one: string) => people.byId(replaced.length > 0 && one === 'lead' ? 'dev' : one);
    Object.defineProperty(desk.world, 'people', {
      value: { ...people, byId, replaceLinks: (all: unknown) => replaced.push(all) },
      configurable: true,
    });
    const linked = await desk.say('lead', `accept ${id}`);
    expect(linked.card.title).toContain('claude is your own agent');
    expect(replaced).toHaveLength(1);
    expect(desk.queued).toEqual([]);
  });

  it('finish what was accepted where the process died before the command ran', async () => {
    const id = await propose('train', { model: 'flights' });
    const how = { status: 'accepted', by: 'lead', event: 'web:press-1' } as const;
    await desk.registry.proposals.decide(id, how);
    expect((await desk.say('lead', `accept ${id}`, 'press-1')).subject).toMatch(/^run:/);
    expect(desk.queued).toHaveLength(1);
  });

  it('have nothing accepted by their owner, by someone without the role, or too late', async () => {
    const id = await propose('undeploy', { model: 'flights', reason: 'drift' });
    const own = await desk.say('dev', `accept ${id}`);
    expect(own.card.title).toContain('You cannot accept this: claude is your own agent.');
    const stranger = await desk.as({ platform: 'slack', user: 'U9' }, `accept ${id}`);
    expect(stranger.card.title).toContain('Unknown slack user "U9"');
    const late = await propose('train', { model: 'flights' });
    desk.clock.forward(25 * 3600);
    const before = await desk.everything();
    expect((await desk.say('lead', `accept ${late}`)).card.title).toMatch(/has expired/);
    expect(await desk.everything()).toBe(before);
    expect(desk.queued).toEqual([]);
  });

  it('have at most the rights of their owner', async () => {
    const before = await desk.everything();
    const unlock = await desk.ask('unlock', { model: 'flights' });
    expect(unlock.card.title).toContain('/unlock requires the admin role; Dev Okafor is operator');
    for (const command of ['approve', 'accept', 'dismiss', 'link', 'subscribe', 'withdraw'])
      expect((await desk.ask(command, {})).card.title).toBe(
        `Only people can use /${command}. Nothing was done.`,
      );
    expect(await desk.everything()).toBe(before);
  });

  it('cannot have their owner approve the promotion that somebody filed for them', async () => {
    const id = await propose('promote', { model: 'flights', version: '2' });
    const reply = await desk.say('lead', `accept ${id}`);
    const approval = reply.subject?.replace('approval:', '') ?? '';
    expect(await desk.registry.approvals.get(approval)).toMatchObject({
      requestedBy: 'dev',
      automation: 'agent claude',
    });
  });

  it('keep their budget, however many calls come at once', async () => {
    const agents = agentsOf({ claude: { ...CLAUDE, proposals_per_day: 5 } }, () => []);
    Object.defineProperty(desk.world, 'agents', { value: agents });
    const replies = await Promise.all(
      Array.from({ length: 20 }, () => desk.ask('train', { model: 'flights' })),
    );
    expect(replies.filter(({ fault }) => fault === undefined)).toHaveLength(5);
    expect(replies.find(({ fault }) => fault)?.card.title).toContain(
      'claude has filed 5 proposals today, which is its budget.',
    );
    desk.clock.forward(24 * 3600);
    expect((await desk.ask('train', { model: 'flights' })).fault).toBeUndefined();
  });

  it('are answered in one line if the input is wrong, and nothing is filed', async () => {
    const before = await desk.everything();
    for (const [command, input, words] of [
      ['trian', {}, /no command "\/trian"\. Did you mean "\/train"\?/],
      // As the command is called in other tools.
      ['watch', {}, /no command "\/watch"\. Did you mean "\/subscribe"\?/],
      ['deploy', {}, /no command "\/deploy"\. Did you mean "\/promote"\?/],
      ['train', { modle: 'flights' }, /\/train has no option "modle"/],
      ['train', {}, /"model" is missing/],
      ['promote', { model: 'flights', version: 'two' }, /"version" cannot be "two"/],
      ['promote', { model: 'flights', version: '1', to: 'x'.repeat(9000) }, /takes at most 8,000/],
    ] as const)
      expect((await desk.ask(command, input)).card.title).toMatch(words);
    expect(await desk.everything()).toBe(before);
  });

  it('have their proposals dismissed', async () => {
    const id = await propose('rollback', { model: 'flights', reason: 'worse' });
    expect((await desk.say('dev', `dismiss ${id}`)).card.title).toBe(
      `You dismissed ${id}. Nothing was done.`,
    );
    expect((await shown(id))?.title).toMatch(/^Dev Okafor dismissed claude's proposal: \/rollback/);
    expect((await desk.say('lead', `accept ${id}`)).card.title).toMatch(/dismissed .* before you/);
    expect((await desk.say('lead', 'proposals --all')).card.table?.rows).toHaveLength(1);
    expect((await desk.say('lead', 'proposals')).card.title).toBe('No proposals are open.');
  });
});
