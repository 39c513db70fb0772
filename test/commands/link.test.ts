import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openDesk } from './desk.ts';

let desk: Awaited<ReturnType<typeof openDesk>>;
beforeEach(async () => {
  desk = await openDesk();
});
afterEach(() => desk.close());

const SLACK = { platform: 'slack', user: 'U1' };
const DISCORD = { platform: 'discord', user: '7' };

async function codeFor(user: string): Promise<string> {
  const { card } = await desk.say(user, 'link');
  return /"\/link (\S+)"/.exec(card.title)?.[1] ?? '';
}

const who = (account: typeof SLACK) => desk.world.people.of(account)?.id;

describe('/link', () => {
  it('makes the account that enters the code the same person, with their rights', async () => {
    expect(who(SLACK)).toBeUndefined();
    const reply = await desk.as(SLACK, `link ${await codeFor('lead')}`);
    expect(reply).toMatchObject({
      audience: 'caller',
      card: {
        title: 'This account is now linked to Lena Lindqvist. The linked accounts share one vote.',
      },
    });
    expect(desk.world.people.of(SLACK)).toMatchObject({ id: 'lead', role: 'approver' });
    expect(desk.published).toContain('people lead');
  });

  it('is only a claim: it does not make anyone known on a platform', async () => {
    await desk.as(SLACK, `link ${await codeFor('dev')}`);
    const onThePage = desk.world.people.of({ platform: 'web', user: 'dev' });
    expect(onThePage?.on).toEqual(['web', 'terminal']);
  });

  it('accepts a code once, from one account, in either spelling', async () => {
    const code = (await codeFor('dev')).replace('-', '').toLowerCase();
    await desk.as(SLACK, `link ${code}`);
    const other = await desk.as(DISCORD, `link ${code}`);
    expect(other.card.title).toMatch(/not valid/);
    expect(who(DISCORD)).toBeUndefined();
  });

  it('forgets a code after ten minutes', async () => {
    const code = await codeFor('dev');
    desk.clock.forward(601);
    expect((await desk.as(SLACK, `link ${code}`)).card.title).toMatch(/not valid/);
  });

  it('lets nobody approve their own request from another platform', async () => {
    await desk.as(SLACK, `link ${await codeFor('lead')}`);
    await desk.addVersion('run-1');
    const asked = await desk.say('lead', 'promote flights 1');
    const id = asked.subject?.slice('approval:'.length) ?? '';
    const evidence = { artifact: 'a'.repeat(64), gates: [], metrics: {}, digest: 'e'.repeat(64) };
    await desk.registry.approvals.open(id, evidence, new Date(Date.now() + 1e9));
    const vote = await desk.as(SLACK, `approve ${id}`);
    expect(vote.card.title).toMatch(/requested flights v1 yourself/);
    expect((await desk.registry.approvals.get(id)).votes).toEqual([]);
  });

  it('does not change accounts of the configuration or of our own adapters', async () => {
    const code = await codeFor('lead');
    expect((await desk.say('dev', `link ${code}`)).card.title).toMatch(
      /assigns this account to Dev Okafor/,
    );
  });

  it('offers nothing to unknown accounts, and says what to do instead', async () => {
    expect((await desk.as(SLACK, 'link')).card.title).toMatch(/not a known user/);
    expect((await desk.as(SLACK, 'status')).card.title).toMatch(/Run \/link on an account/);
  });

  it('can be removed', async () => {
    await desk.as(SLACK, `link ${await codeFor('dev')}`);
    await desk.as(SLACK, 'link --remove');
    expect(who(SLACK)).toBeUndefined();
    expect(await desk.registry.links.list()).toEqual([]);
    expect((await desk.as(SLACK, 'link --remove')).card.title).toMatch(/is not linked/);
  });

  it('is stored, so that another process knows it too', async () => {
    await desk.as(SLACK, `link ${await codeFor('dev')}`);
    expect(await desk.registry.links.list()).toEqual([{ ...SLACK, person: 'dev' }]);
  });
});
