import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commands } from '../../commands/index.ts';
import { openDesk } from './desk.ts';

let desk: Awaited<ReturnType<typeof openDesk>>;
beforeAll(async () => {
  desk = await openDesk();
  const version = await desk.addVersion('run-1');
  await desk.goLive(1, version.artifact.sha256);
  await desk.addVersion('run-2');
});
afterAll(() => desk.close());

const titleOf = async (user: string, line: string) => (await desk.say(user, line)).card.title;

describe('/freeze, /unfreeze, /freezes', () => {
  it('freezes one environment: no requests, no approvals, rejections and rollbacks as before', async () => {
    const asked = await desk.say('dev', 'promote flights 2');
    const id = asked.subject?.replace('approval:', '') ?? '';
    const evidence = { artifact: 'a'.repeat(64), gates: [], metrics: {}, digest: 'e'.repeat(64) };
    await desk.registry.approvals.open(id, evidence, new Date(Date.now() + 1e12));
    const before = await desk.registry.endpoints.get({
      ...{ model: 'flights', environment: 'production' },
    });
    const frozen = await desk.say('lead', 'freeze production "Black Friday" --until 2999-12-01');
    expect(frozen.card.title).toBe('production is frozen');
    // A switch that did not see the freeze can no longer be written.
    const now = await desk.registry.endpoints.get({ ...before });
    expect(now.revision).toBe(before.revision + 1);
    expect(now.stable).toBe(before.stable);
    expect(await titleOf('lead', `approve ${id}`)).toMatch(
      /^production is frozen \(Black Friday, by lead\) and opens Sun 1 Dec 2999 .* your vote was not counted/,
    );
    expect(await titleOf('dev', 'promote flights 2')).toMatch(/so nothing was requested/);
    expect((await desk.say('dev', 'status flights')).outcome).toBe('done');
    const list = await desk.say('dev', 'freezes');
    expect(list.card.table?.rows[0]).toEqual([
      ...['production', 'frozen: Black Friday, by lead'],
      expect.stringContaining('opens'),
    ]);
    expect((await desk.say('lead', `reject ${id}`)).card.title).toContain('was counted');
    expect(await titleOf('lead', 'unfreeze production')).toMatch(
      /ended the freeze of production\.$/,
    );
    expect(await titleOf('lead', 'unfreeze production')).toMatch(/has no freeze/);
    const events = await desk.registry.audit.list({ by: 'lead', limit: 100 });
    expect(events.map(({ action }) => action)).toEqual(
      expect.arrayContaining(['freeze.begin', 'freeze.end']),
    );
  });

  it('refuses every change while everything is read-only, and rollback, cancel and taking out of service run', async () => {
    expect(await titleOf('lead', 'freeze --all "the database is moved"')).toMatch(/Only an admin/);
    expect(await titleOf('ops', 'freeze --all "the database is moved"')).toBe(
      'Wheelhouse is read-only',
    );
    const before = await desk.everything();
    const refused: string[] = [];
    for (const { name } of commands) {
      const words = name === 'unfreeze' ? '' : ' flights 2';
      const { title } = (await desk.say('ops', `${name}${words}`)).card;
      if (
        /^\/\w+ was not run: Wheelhouse is read-only \(the database is moved, by ops\)\./.test(
          title,
        )
      )
        refused.push(name);
    }
    // A viewer's commands only read, unless they say otherwise.
    const acting = commands.filter(
      ({ role, name }) => role !== 'viewer' && !refused.includes(name),
    );
    expect(acting.map(({ name }) => name).toSorted()).toEqual(
      ['abort', 'rollback', 'undeploy', 'cancel', 'freeze', 'unfreeze'].toSorted(),
    );
    expect(refused).toEqual(
      expect.arrayContaining(['train', 'promote', 'approve', 'reject', 'link', 'hold', 'compare']),
    );
    expect(await desk.everything()).toBe(before);
    expect(await titleOf('ops', 'unfreeze --all')).toMatch(/ended the freeze of everything\.$/);
    expect((await desk.say('dev', 'promote flights 2')).outcome).not.toBe('refused');
  });
});
