import { afterEach, describe, expect, it } from 'vitest';
import { slack as kind } from '../../../src/platforms/slack/index.ts';
import { openSlack, type SlackDouble, type SlackOptions } from '../../fakes/slack/index.ts';
import { EVERYDAY_SCOPES } from '../../fakes/slack/seed.ts';
import { WORKSPACE } from './harness.ts';

describe('platforms/slack/examine', () => {
  let slack: SlackDouble;
  afterEach(async () => {
    await slack.close();
    expect(slack.faults).toEqual([]);
  });

  async function examine(
    environment: Record<string, string> = {},
    options: Partial<SlackOptions> = {},
    channels: readonly string[] = [],
    trouble?: SlackDouble['trouble'],
  ) {
    slack = await openSlack({ ...WORKSPACE, ...options });
    slack.trouble = trouble;
    const adapter = kind.read({
      SLACK_BOT_TOKEN: slack.botToken,
      SLACK_APP_TOKEN: slack.appToken,
      SLACK_API_URL: slack.apiUrl,
      ...environment,
    });
    const ids = channels.map((name) => (name.startsWith('C') ? name : slack.channel(name)));
    const findings = (await adapter?.examine({ channels: ids, commands: [] })) ?? [];
    expect(JSON.stringify(findings)).not.toMatch(/xoxb-|xapp-/);
    expect(findings.every(({ ok, next }) => ok === (next === undefined))).toBe(true);
    return findings;
  }
  const bad = (findings: Awaited<ReturnType<typeof examine>>) => findings.filter(({ ok }) => !ok);

  it('finds nothing where all is well, and says whose token it is', async () => {
    const findings = await examine({}, {}, ['ops', 'flights']);
    expect(bad(findings)).toEqual([]);
    expect(findings[0]?.what).toMatch(/@wheelhouse.*Dockyard/);
    expect(findings.map(({ what }) => what)).toContain('the bot is in #ops');
  });

  it('names each right that is missing, and what fails without it', async () => {
    const scopes = EVERYDAY_SCOPES.filter((scope) => !/^(files:write|reactions:read)$/.test(scope));
    const findings = bad(await examine({}, { scopes }));
    expect(findings.map(({ what }) => what)).toEqual([
      'the app lacks the scope reactions:read: reactions do not count as votes',
      expect.stringContaining('files:write'),
    ]);
    expect(findings[0]?.next).toContain('manifest');
  });

  it('finds a wrong token of either kind', async () => {
    expect(bad(await examine({ SLACK_BOT_TOKEN: 'xoxb-wrong' }))).toMatchObject([
      {
        what: expect.stringContaining('SLACK_BOT_TOKEN'),
        next: expect.stringContaining('Install'),
      },
    ]);
    await slack.close();
    expect(bad(await examine({ SLACK_APP_TOKEN: 'xapp-wrong' }))).toMatchObject([
      { next: expect.stringContaining('connections:write') },
    ]);
  });

  it('needs no socket token if there is a signing secret', async () => {
    const findings = await examine({ SLACK_APP_TOKEN: '', SLACK_SIGNING_SECRET: 'a-secret' });
    expect(bad(findings)).toEqual([]);
    expect(findings.map(({ what }) => what).join()).toContain('127.0.0.1:4682/slack/events');
  });

  it('finds a clock that is wrong', async () => {
    const clock = { now: () => new Date(Date.now() - 120_000) };
    expect(bad(await examine({}, { clock }))).toMatchObject([
      {
        what: expect.stringContaining('the clock differs from Slack by 1'),
        next: expect.stringContaining('NTP'),
      },
    ]);
  });

  it('finds the channels that the bot is not in, does not see, or that are not there', async () => {
    const findings = bad(await examine({}, {}, ['away', 'secret', 'C0NOWHERE']));
    expect(findings[0]).toMatchObject({ next: 'Run /invite @wheelhouse in #away.' });
    expect(findings.slice(1).map(({ next }) => next)).toEqual([
      expect.stringContaining('private'),
      expect.stringContaining('correct the id'),
    ]);
  });

  it('never throws, even without an answer', async () => {
    const findings = await examine({ SLACK_API_URL: 'http://127.0.0.1:9/api' });
    expect(findings).toMatchObject([
      { ok: false, next: expect.stringContaining('cannot be reached') },
    ]);
  });
});
