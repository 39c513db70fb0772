import { afterEach, describe, expect, it } from 'vitest';
import { note } from '../../../src/core/reply.ts';
import { eventCallback } from '../../fakes/slack/payload.ts';
import { EVERYDAY_SCOPES } from '../../fakes/slack/seed.ts';
import { type Office, openOffice } from './harness.ts';

describe('platforms/slack/people', () => {
  let office: Office;
  afterEach(() => office.close());

  async function by(name: string) {
    const user = office.slack.user(name);
    await office.slack.slashCommand({ command: '/status', user, channel: office.ops });
    return office.hallway.invocations.at(-1)?.by;
  }
  const calls = (method: string) => office.slack.calls.filter((call) => call.method === method);

  it('asks Slack once who somebody is, and what groups there are', async () => {
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

  it('knows nobody’s groups where it may not read them, and says so once', async () => {
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
    });
  });
});
