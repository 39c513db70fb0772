import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { modelsOf } from '../../config/models.ts';
import { peopleOf } from '../../config/people.ts';
import { closeWindow } from '../../jobs/close-window.ts';
import { recheckIfStale, supersedeOlder } from '../../jobs/steps/supersede.ts';
import { Refused } from '../../src/core/errors.ts';
import { digestOfEvidence } from '../../src/core/evidence.ts';
import type { Approval } from '../../src/core/ports/approvals.ts';
import type { Subject } from '../../src/core/reply.ts';
import { openDesk } from './desk.ts';

let desk: Awaited<ReturnType<typeof openDesk>>;
const set = (name: string, value: unknown) =>
  Object.defineProperty(desk.world, name, { value, configurable: true, writable: true });

beforeAll(async () => {
  desk = await openDesk();
  const [spec] = desk.world.models.list();
  if (!spec) throw new Error('no model');
  const approval = { needed: 1, expiresHours: 1, undoSeconds: 10, receipts: true };
  set('models', modelsOf([{ ...spec, approval, environments: {} }]));
  set('directMessages', {
    open: async ({ platform, user }: { platform: string; user: string }) => ({
      ...{ platform, channel: `with-${user}`, direct: true },
    }),
  });
});
afterAll(() => desk.close());

let made = 0;
async function open(champion?: number): Promise<Approval> {
  made += 1;
  const version = (await desk.addVersion(`run-${made}`)).number;
  const draft = { model: 'flights', version, environment: 'production', requestedBy: 'dev' };
  const { id } = await desk.registry.approvals.request({
    ...{ id: `approval-${made}`, ...draft, needed: 1 },
  });
  const evidence = {
    ...{ artifact: 'a'.repeat(64), gates: [], metrics: {}, digest: `${made}`.repeat(64) },
    ...(champion !== undefined && { champion }),
  };
  const expires = new Date(desk.clock.now().getTime() + 3_600_000);
  const opened = await desk.registry.approvals.open(id, evidence, expires);
  if (!opened) throw new Error(`${id} did not open`);
  return opened;
}
const get = (id: string) => desk.registry.approvals.get(id);
const close = async (id: string) =>
  closeWindow.perform({ approval: id }, desk.world, new AbortController().signal);
const shown = async (subject: Subject) => (await desk.registry.outbox.load(subject))?.state.card;
const deployed = (id: string) =>
  desk.queued.some(({ job, payload }) => job === 'deploy' && JSON.stringify(payload).includes(id));

describe('the time to undo', () => {
  it('leaves the request open until it is over, and then closes it', async () => {
    const { id } = await open();
    const { card } = await desk.say('lead', `approve ${id} --reason "the slices look right"`);
    expect(card.title).toMatch(/approved, and goes live at .* UTC unless a vote is withdrawn/);
    expect(await get(id)).toMatchObject({ status: 'open', settlesAt: expect.any(Date) });
    expect((await shown(`approval:${id}`))?.text).toMatch(/^It goes live at \d\d:\d\d:\d\d UTC/);
    expect(JSON.stringify((await shown(`approval:${id}`))?.facts)).toContain(
      'the slices look right',
    );
    expect(desk.queued).toContainEqual({ job: 'close-window', payload: { approval: id } });
    desk.clock.forward(9);
    await close(id);
    expect((await get(id)).status).toBe('open');
    desk.clock.forward(1);
    await close(id);
    expect((await get(id)).status).toBe('approved');
    expect(deployed(id)).toBe(true);
  });

  it('counts a vote that is withdrawn, and a reaction that is removed, within it', async () => {
    for (const byReaction of [false, true]) {
      const { id } = await open();
      await desk.say('lead', `approve ${id}`);
      desk.clock.forward(9);
      const words = byReaction ? ' --verdict approve' : '';
      await desk.say('lead', `withdraw ${id}${words}`);
      expect(await get(id)).not.toHaveProperty('settlesAt');
      desk.clock.forward(60);
      await close(id);
      expect((await get(id)).status).toBe('open');
      expect(deployed(id)).toBe(false);
      // Enough again: the time starts anew.
      await desk.say('ops', `approve ${id}`);
      expect((await get(id)).settlesAt?.getTime()).toBe(desk.clock.now().getTime() + 10_000);
    }
  });

  it('lets a rejection close the request at once, and a lost role keep it open', async () => {
    const rejected = await open();
    await desk.say('lead', `approve ${rejected.id}`);
    await desk.say('ops', `reject ${rejected.id}`);
    expect((await get(rejected.id)).status).toBe('rejected');
    const lost = await open();
    await desk.say('lead', `approve ${lost.id}`);
    const { people } = desk.world;
    const byId = (id: string) => {
      const person = people.byId(id);
      return person?.id === 'lead' ? { ...person, role: 'viewer' as const } : person;
    };
    set('people', { ...people, byId, of: ({ user }: { user: string }) => byId(user) });
    desk.clock.forward(11);
    await close(lost.id);
    set('people', people);
    expect(await get(lost.id)).toMatchObject({ status: 'open' });
    expect(await get(lost.id)).not.toHaveProperty('settlesAt');
  });

  it('is never longer than configured, also when the clock is set back', async () => {
    const { id } = await open();
    await desk.say('lead', `approve ${id}`);
    desk.clock.forward(-3600);
    await close(id);
    const { status, settlesAt } = await get(id);
    expect(status).toBe('open');
    desk.clock.forward(3600 + 10);
    await close(id);
    expect((await get(id)).status).toBe('approved');
    expect(settlesAt).toBeDefined();
  });
});

describe('a vote', () => {
  it('is confirmed by a direct message with a way to withdraw, which says when it was', async () => {
    const { id, version } = await open();
    await desk.say('lead', `approve ${id}`);
    const card = await shown(`receipt:${id}-lead`);
    expect(card?.title).toMatch(
      new RegExp(`^You approved flights v${version}, a{12}…, at .* UTC from Web$`),
    );
    expect(card?.actions).toMatchObject([{ command: 'withdraw', argument: id }]);
    const mine = await desk.say('lead', 'votes --limit 1');
    expect(mine).toMatchObject({ audience: 'caller', data: { votes: [{ approval: id }] } });
    expect((await desk.say('dev', 'votes')).card.title).toBe('You have not voted yet.');
  });

  it('after the request has expired is refused, also before tidying closed it', async () => {
    const { id } = await open();
    desk.clock.forward(3600);
    const { card } = await desk.say('lead', `approve ${id}`);
    expect(card.title).toMatch(/has expired/);
    expect((await get(id)).votes).toEqual([]);
    desk.clock.forward(-3600);
  });
});

describe('a request', () => {
  it('is superseded by a newer one that opens, and by no older one', async () => {
    const older = await open();
    desk.clock.forward(1);
    const newer = await open();
    await supersedeOlder(older, desk.world);
    expect((await get(newer.id)).status).toBe('open');
    await supersedeOlder(newer, desk.world);
    expect(await get(older.id)).toMatchObject({
      status: 'superseded',
      reason: expect.stringContaining(`${newer.id} asks for v${newer.version} instead`),
    });
    const { card } = await desk.say('lead', `approve ${older.id}`);
    expect(card.title).toMatch(/already superseded/);
  });

  it('has its gates checked again, and its votes void, when another version has gone live', async () => {
    const { id } = await open();
    await desk.say('lead', `approve ${id}`);
    const version = await desk.addVersion('run-live');
    await desk.goLive(version.number, version.artifact.sha256);
    // The vote does not count any more, whoever counts first.
    desk.clock.forward(11);
    await close(id);
    expect((await get(id)).status).toBe('open');
    const late = await desk.say('ops', `approve ${id}`);
    expect(late.card.title).toMatch(/Another version has gone live/);
    expect(await get(id)).toMatchObject({ status: 'checking', votes: [] });
    expect(desk.queued).toContainEqual({ job: 'request-promotion', payload: { approval: id } });
    expect(await recheckIfStale(await get(id), desk.world)).toBe(false);
  });
});

describe('an approval that asks for a confirmation by direct message', () => {
  const direct = (user: string) => ({ platform: 'slack', channel: `with-${user}`, direct: true });
  let before: unknown;
  let people: unknown;
  beforeAll(() => {
    [before, people] = [desk.world.models, desk.world.people];
    const [spec] = desk.world.models.list();
    if (!spec) throw new Error('no model');
    const approval = { needed: 1, expiresHours: 1, undoSeconds: 0 };
    const asks = { ...approval, confirm: 'direct-message' as const };
    set('models', modelsOf([{ ...spec, approval: asks, environments: {} }]));
    set(
      'people',
      peopleOf(
        {
          dev: { name: 'Dev', role: 'operator', identities: {} },
          lead: { name: 'Lead', role: 'approver', identities: { slack: 'ULEAD' } },
          ops: { name: 'Ops', role: 'admin', identities: { slack: 'UOPS' } },
        },
        {},
      ),
    );
    set('directMessages', {
      async open({ platform, user }: { platform: string; user: string }) {
        if (platform === 'slack') return direct(user);
        throw new Refused(`Direct messages are not available on ${platform}.`);
      },
    });
  });
  afterAll(() => {
    set('models', before);
    set('people', people);
  });

  /** With evidence whose digest is correct, as shown to the voter. */
  async function asked() {
    const { id } = await open();
    const live = await desk.registry.deployments.live('flights', 'production');
    const seen = { artifact: 'a'.repeat(64), gates: [], metrics: {} };
    const shownThem = { ...seen, ...(live && { champion: live.version }) };
    const evidence = { ...shownThem, digest: digestOfEvidence(shownThem) };
    await edit(id, { evidence });
    return get(id);
  }
  const edit = async (id: string, change: object) =>
    (await desk.connect())
      .collection<{ _id: string }>('approvals')
      .updateOne({ _id: id }, { $set: change });
  const as = (user: string, line: string) => desk.as({ platform: 'slack', user }, line);
  const button = async (id: string, person = 'lead') => {
    const card = await shown(`receipt:${id}-${person}`);
    const { command, argument } = card?.actions?.[0] ?? {};
    return { card, line: `${command} ${argument}` };
  };

  it('counts once the voter has pressed the button, which shows exactly what they approve', async () => {
    const { id, version, evidence } = await asked();
    const voted = await as('ULEAD', `approve ${id}`);
    expect(voted.card.title).toContain(
      'needs your confirmation: press the button in the direct message',
    );
    expect(await get(id)).toMatchObject({ status: 'open' });
    expect((await shown(`approval:${id}`))?.text).toContain('have not confirmed it');
    const { card, line } = await button(id);
    const facts = Object.fromEntries(card?.facts?.map(({ label, value }) => [label, value]) ?? []);
    expect(facts).toMatchObject({
      ...{ Version: `flights v${version}`, Environment: 'production', 'Requested by': 'dev' },
      ...{ 'Model file': `SHA-256 ${'a'.repeat(64)}`, Evidence: `SHA-256 ${evidence?.digest}` },
    });
    expect(line).toMatch(/^confirm approval-\d+ --code \w{24}$/);
    expect(
      JSON.stringify(voted.data) + JSON.stringify((await desk.say('lead', 'votes')).data),
    ).not.toContain('hash');
    const done = await as('ULEAD', line);
    expect(done.card.title).toContain('was counted: approved');
    expect((await get(id)).status).toBe('approved');
    expect(deployed(id)).toBe(true);
    expect((await shown(`receipt:${id}-lead`))?.text).toContain('confirmed at');
    // Pressed twice.
    expect((await as('ULEAD', line)).card.title).toMatch(/is already approved/);
    const actions = (await desk.registry.audit.list({ subject: id })).map(({ action }) => action);
    expect(actions.toSorted()).toEqual(
      expect.arrayContaining(['approval.approve', 'approval.confirmed']),
    );
  });

  it('is not confirmed by another person, a stale button, too late, or after it was withdrawn', async () => {
    const { id } = await asked();
    await as('ULEAD', `approve ${id}`);
    const first = (await button(id)).line;
    expect((await as('UOPS', first)).card.title).toMatch(/no vote of yours/);
    await as('ULEAD', `approve ${id}`);
    expect((await as('ULEAD', first)).card.title).toMatch(/another vote of yours/);
    const second = (await button(id)).line;
    desk.clock.forward(15 * 60);
    expect((await as('ULEAD', second)).card.title).toMatch(/time to confirm .* is over/);
    await as('ULEAD', `approve ${id}`);
    const third = (await button(id)).line;
    await as('ULEAD', `withdraw ${id}`);
    expect((await as('ULEAD', third)).card.title).toMatch(/no vote of yours/);
    await as('ULEAD', `approve ${id}`);
    expect((await as('ULEAD', third)).card.title).toMatch(/another vote of yours/);
    expect((await as('ULEAD', `confirm ${id} --code guessed`)).card.title).toMatch(/another vote/);
    expect((await get(id)).status).toBe('open');
    expect(deployed(id)).toBe(false);
  });

  it('is not confirmed for evidence that was changed since, nor by two presses at once', async () => {
    const changed = await asked();
    await as('ULEAD', `approve ${changed.id}`);
    const late = (await button(changed.id)).line;
    await edit(changed.id, { 'evidence.artifact': 'b'.repeat(64) });
    expect((await as('ULEAD', late)).card.title).toMatch(/its receipt names another/);
    expect((await get(changed.id)).votes[0]).not.toHaveProperty('confirmedAt');

    const { id } = await asked();
    await as('ULEAD', `approve ${id}`);
    const { line } = await button(id);
    await Promise.all([as('ULEAD', line), as('ULEAD', line)]);
    const events = await desk.registry.audit.list({ subject: id });
    expect(events.filter(({ action }) => action === 'approval.confirmed')).toHaveLength(1);
    expect((await get(id)).status).toBe('approved');
  });

  it('is not possible where there are no direct messages, and rejecting is', async () => {
    const { id } = await asked();
    const { card } = await desk.say('lead', `approve ${id}`);
    expect(card.title).toMatch(/Direct messages are not available on web/);
    expect((await get(id)).votes).toEqual([]);
    await desk.say('lead', `reject ${id}`);
    expect((await get(id)).status).toBe('rejected');
  });
});
