import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Unreachable } from '../../src/core/errors.ts';
import { openDesk } from './desk.ts';

let desk: Awaited<ReturnType<typeof openDesk>>;
beforeAll(async () => {
  desk = await openDesk();
  const first = await desk.addVersion('run-1');
  await desk.goLive(1, first.artifact.sha256);
});
afterAll(() => desk.close());

const UNTIL = () => {
  const at = new Date(desk.clock.now().getTime() + 86_400_000);
  return at.toISOString().slice(0, 16).replace('T', ' ');
};
const eventsOf = (action: 'oncall.handover' | 'oncall.back' | 'note.add') =>
  desk.registry.audit.list({ action });

describe('/oncall', () => {
  it('shows who is called, and hands over until a time, recorded', async () => {
    expect((await desk.say('nobody', 'oncall flights')).card.title).not.toMatch(/is on call/);
    const { card } = await desk.say('dev', `oncall flights --to lead --until "${UNTIL()}"`);
    expect(card).toMatchObject({
      title: 'Lena Lindqvist is on call for flights in production',
      mention: { words: 'Lena Lindqvist' },
    });
    expect((await desk.say('dev', 'oncall flights')).data).toMatchObject({
      oncall: [{ model: 'flights', environment: 'production', oncall: 'lead' }],
    });
    expect(await eventsOf('oncall.handover')).toMatchObject([
      { by: 'dev', model: 'flights', before: null, after: { person: 'lead' } },
    ]);
  });

  it('is over at that time, or when somebody ends it', async () => {
    desk.clock.forward(86_401);
    expect((await desk.say('dev', 'oncall flights')).data).toMatchObject({
      oncall: [{ oncall: null, until: null }],
    });
    await desk.say('dev', `oncall --to lead --until "${UNTIL()}"`);
    const { data } = await desk.say('dev', 'oncall --back');
    expect(data).toMatchObject({
      endpoints: expect.arrayContaining([{ model: 'delay', environment: 'production' }]),
    });
    expect(await eventsOf('oncall.back')).toHaveLength(3);
    expect((await desk.say('dev', 'oncall --back')).card.title).toMatch(/There is no handover/);
  });

  it('says for which models it is done, and does the rest when it is run again', async () => {
    const { endpoints } = desk.registry;
    const { change } = endpoints;
    let calls = 0;
    endpoints.change = async (...of) => {
      calls += 1;
      if (calls === 2) throw new Unreachable('Storing an endpoint: the registry is away.');
      return change(...of);
    };
    const line = `oncall --to lead --until "${UNTIL()}"`;
    const { card } = await desk.say('dev', line);
    expect(card.title).toMatch(
      /^Handing over: it is done for \w+ in production, but not for \w+ in production, \w+ in production\. Storing/,
    );
    endpoints.change = change;
    await desk.say('dev', line);
    expect((await desk.say('dev', 'oncall')).data).toMatchObject({
      oncall: [{ oncall: 'lead' }, { oncall: 'lead' }, { oncall: 'lead' }],
    });
    await desk.say('dev', 'oncall --back');
  });

  it('takes nobody who could do nothing, nor from who may not', async () => {
    const before = await desk.everything();
    for (const [user, line] of [
      ['dev', `oncall flights --to eve --until "${UNTIL()}"`],
      ['dev', 'oncall flights --to lead --until 2099-01-01'],
      ['dev', 'oncall flights --to lead --back'],
      ['nobody', `oncall flights --to lead --until "${UNTIL()}"`],
    ] as const)
      expect((await desk.say(user, line)).fault).toMatch(/usage|refused/);
    expect(await desk.everything()).toEqual(before);
  });
});

describe('/note', () => {
  it('is shown by /history, whatever it is about, and is no markup', async () => {
    await desk.say('dev', 'note flights@v1 "trained without <!channel> the strike"');
    await desk.registry.runs.create({
      ...{ id: 'run-1', kind: 'train', model: 'flights', parameters: {}, requestedBy: 'dev' },
      ...{ versions: [], window: { from: new Date('2001-01-01'), to: new Date('2001-02-01') } },
    });
    await desk.say('lead', 'note run-1 "the cluster was slow"');
    const { card, data } = await desk.say('dev', 'history flights');
    expect(card.facts).toEqual([
      { label: 'Note on run-1', value: expect.stringMatching(/^the cluster was slow \(Lena/) },
      { label: 'Note on flights v1', value: expect.stringContaining('<!channel> the strike') },
    ]);
    expect(data).toMatchObject({ notes: [{ about: 'run-1' }, { about: 'flights@1', by: 'dev' }] });
    expect(await eventsOf('note.add')).toMatchObject([
      { subject: 'run-1' },
      { subject: 'flights@1', after: { version: 1 } },
    ]);
  });
});
