import { webApi } from '@slack/bolt';
import { afterEach, describe, expect, it } from 'vitest';
import { Unreachable } from '../../../src/core/errors.ts';
import { note } from '../../../src/core/reply.ts';
import { createMembers } from '../../../src/platforms/slack/people.ts';
import { eventCallback } from '../../fakes/slack/payload.ts';
import { EVERYDAY_SCOPES } from '../../fakes/slack/seed.ts';
import { type Office, openOffice, soon } from './harness.ts';

describe('platforms/slack/people', () => {
  let office: Office;
  afterEach(() => office.close());

  async function by(name: string) {
    const user = office.slack.user(name);
    await office.slack.slashCommand({ command: '/status', user, channel: office.ops });
    return office.dispatch.invocations.at(-1)?.by;
  }
  const calls = (method: string) => office.slack.calls.filter((call) => call.method === method);

  it('asks Slack once for a person and for the groups', async () => {
    office = await openOffice({ invoke: () => note('Hello') });
    const ada = await by('ada');
    expect(ada).toEqual(await by('ada'));
    expect(ada?.groups).toHaveLength(2);
    expect((await by('bob'))?.groups).toHaveLength(1);
    expect(await by('cleo')).toMatchObject({ name: 'cleo', groups: [] });
    expect(calls('users.info')).toHaveLength(3);
    expect(calls('usergroups.list')).toHaveLength(1);
  });

  it.each(['subteam_members_changed', 'subteam_updated'])('asks again after %s', async (type) => {
    office = await openOffice({ invoke: () => note('Hello') });
    await by('ada');
    office.slack.setGroup('leads', []);
    const payload = eventCallback({ type });
    await office.slack.deliverRaw({ kind: 'events_api', payload });
    expect((await by('ada'))?.groups).toHaveLength(1);
  });

  describe('asked for the current state of a person', () => {
    const now = (user: string) =>
      office.platform.whoIs?.({ platform: 'slack', user }, { platform: 'slack', channel: 'C1' });

    it("returns Slack's current answer, not the cached one", async () => {
      office = await openOffice({ invoke: () => note('Hello') });
      expect((await by('ada'))?.groups).toHaveLength(2);
      // No event of it arrived.
      office.slack.setGroup('leads', []);
      expect((await by('ada'))?.groups).toHaveLength(2);
      expect((await now(office.ada))?.groups).toHaveLength(1);
      expect(await now('UNOBODY')).toBeUndefined();
    });

    it('reads the groups once for several who are asked about at the same instant', async () => {
      office = await openOffice({ invoke: () => note('Hello') });
      await Promise.all([now(office.ada), now(office.bob)]);
      expect(calls('usergroups.list')).toHaveLength(1);
    });

    it.each(['users.info', 'usergroups.list'])(
      'throws where %s does not answer',
      async (method) => {
        office = await openOffice({ invoke: () => note('Hello') });
        await by('ada');
        office.slack.trouble = (called) =>
          called === method ? { error: 'internal_error' } : undefined;
        await expect(now(office.ada)).rejects.toThrow(Unreachable);
      },
    );

    it('returns no groups without permission to read them', async () => {
      const scopes = EVERYDAY_SCOPES.filter((scope) => scope !== 'usergroups:read');
      office = await openOffice({ invoke: () => note('Hello') }, { slack: { scopes } });
      expect(await now(office.ada)).toMatchObject({ name: 'ada', groups: [] });
    });

    it('recounts the votes when Slack reports a changed group', async () => {
      office = await openOffice({ invoke: () => note('Hello') });
      const payload = eventCallback({ type: 'subteam_members_changed' });
      await office.slack.deliverRaw({ kind: 'events_api', payload });
      await soon(() => expect(office.dispatch.groupsChangedAt).toEqual(['slack']));
    });

    it('says that an account was deactivated', async () => {
      const members = membersOf({ UGONE: { team_id: 'T1', deleted: true } });
      expect(await members.now('UGONE')).toBeUndefined();
    });
  });

  it('knows no groups without permission to read them, and logs it once', async () => {
    const scopes = EVERYDAY_SCOPES.filter((scope) => scope !== 'usergroups:read');
    office = await openOffice({ invoke: () => note('Hello') }, { slack: { scopes } });
    expect(await by('ada')).toMatchObject({ name: 'ada', groups: [] });
    await by('bob');
    expect(office.lines.filter(({ message }) => message.includes('user groups'))).toHaveLength(1);
  });

  it('hears people while Slack does not say who they are', async () => {
    office = await openOffice({ invoke: () => note('Hello') });
    office.slack.trouble = () => ({ error: 'internal_error' });
    expect(await by('ada')).toEqual({
      platform: 'slack',
      user: office.ada,
      name: 'ada',
      groups: [],
      // Until Slack answers, they cannot be told from people of another company.
      external: 'unknown',
    });
  });

  it('distinguishes people of other companies from our own, whatever they do', async () => {
    office = await openOffice({ invoke: () => note('Hello') });
    expect(await by('ada')).not.toHaveProperty('external');
    const members = membersOf({
      UOURS: { team_id: 'T1' },
      UGRID: { team_id: 'T2', enterprise_user: { enterprise_id: 'E1' } },
      UTHEIRS: { team_id: 'T9' },
      USTRANGE: { team_id: 'T1', is_stranger: true },
    });
    const external = async (user: string, team?: string) =>
      (await members.identity(user, { team })).external;
    expect(await external('UOURS')).toBeUndefined();
    expect(await external('UGRID')).toBeUndefined();
    expect(await external('UTHEIRS')).toBe('T9');
    expect(await external('UTHEIRS', 'T1')).toBe('T9');
    expect(await external('USTRANGE')).toBe('unknown');
    expect(await external('UOURS', 'T9')).toBe('T9');
    expect(await external('UNOBODY', 'T1')).toBe('unknown');
  });

  it('treats an account as unknown until Slack says who it is', async () => {
    let learned = 0;
    const members = membersOf({ UBOT: { team_id: 'T1', is_bot: true } }, () => {
      learned += 1;
    });
    expect(await members.isBot('UNOBODY')).toBeUndefined();
    expect(learned).toBe(0);
    expect(await members.isBot('UBOT')).toBe(true);
    known['UNOBODY'] = { team_id: 'T1' };
    expect(await members.isBot('UNOBODY')).toBe(false);
    await soon(() => expect(learned).toBe(1));
  });
});

let known: Record<string, object> = {};

/** Slack's answers about these accounts, and no others. */
function membersOf(users: Record<string, object>, learned = () => {}) {
  known = { ...users };
  const info = async ({ user }: { user: string }) => {
    const found = known[user];
    if (!found) throw new Error('Slack does not answer');
    return { ok: true, user: found };
  };
  const web = new webApi.WebClient('xoxb-none');
  Object.assign(web, { users: { info }, usergroups: { list: async () => ({ ok: true }) } });
  const log = { info: () => {}, warn: () => {}, error: () => {} };
  return createMembers(web, log, () => ['T1', 'E1'], learned);
}
