import { randomUUID } from 'node:crypto';
import { sign } from '@octokit/webhooks-methods';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Card } from '../../../src/core/card.ts';
import { Busy, NotFound, Refused, Unreachable } from '../../../src/core/errors.ts';
import { eventIn, type Platform } from '../../../src/core/platform.ts';
import { answer, live, note, refusal } from '../../../src/core/reply.ts';
import { github as kind } from '../../../src/platforms/github/index.ts';
import { createHooks, type OpenHooks } from '../../../src/platforms/http/hooks.ts';
import { type ScriptedDispatch, scriptedDispatch } from '../../fakes/dispatch.ts';
import { webhookFaults } from '../../fakes/github/openapi.ts';
import {
  APP,
  type FakeGitHub,
  INSTALLATION,
  OWNER,
  openGitHub,
  REPO,
  TOKEN,
} from '../../fakes/github/server.ts';
import { protectionRule } from './payload.ts';

const SECRET = 'a secret of 16 or more';
const RULE = `/repos/${OWNER}/${REPO}/actions/runs/30433642/deployment_protection_rule`;
const STATUSES = `/repos/${OWNER}/${REPO}/deployments/42/statuses`;
const HOSTILE = '<script>x</script> @octocat [x](http://x.example) | `y` #1';
const PENDING: Card = { title: 'Promotion of flights v7 to production', tone: 'note' };
const state = (outcome: 'pending' | 'done' | 'refused') => ({ outcome, data: null });

let github: FakeGitHub;
beforeAll(async () => {
  github = await openGitHub();
});
afterAll(() => github?.close());

let hooks: OpenHooks;
let dispatch: ScriptedDispatch;
let platform: Platform;
beforeEach(async () => {
  github.calls.length = 0;
  github.faults.length = 0;
  // The emulator has neither deployments nor their rules.
  github.answer.own = ({ path }) => {
    if (path === RULE) return { status: 204 };
    return path === STATUSES ? { status: 201, body: {} } : undefined;
  };
  hooks = createHooks();
  dispatch = scriptedDispatch({ invoke: () => note('nothing to say') });
  platform = open();
  await platform.start(dispatch);
});
afterEach(async () => {
  await platform.stop();
  expect(github.faults).toEqual([]);
});

const environment = (more: Record<string, string> = {}) => ({
  GITHUB_APP_ID: String(APP),
  GITHUB_APP_PRIVATE_KEY: github.privateKey.replaceAll('\n', '\\n'),
  GITHUB_WEBHOOK_SECRET: SECRET,
  GITHUB_API_URL: github.url,
  ...more,
});

function open(more: Record<string, string> = {}): Platform {
  const adapter = kind.read(environment(more));
  if (!adapter) throw new Error('the adapter is not configured');
  const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
  return adapter.open({
    ...{ hooks, log, commands: [], home: [] },
    artifacts: { read: () => Promise.reject(new Error('no pictures')) },
    endpointFor: (repository, name) =>
      repository === `${OWNER}/${REPO}` && name === 'prod'
        ? { model: 'flights', environment: 'production' }
        : undefined,
  });
}

/** As GitHub delivers it. */
async function deliver(
  payload: unknown,
  headers: Record<string, string | undefined> = {},
): Promise<{ status: number; text: string }> {
  const text = JSON.stringify(payload);
  const receive = hooks.find('github');
  if (!receive) throw new Error('the hook is closed');
  return receive({
    headers: {
      'x-github-event': 'deployment_protection_rule',
      'x-github-delivery': randomUUID(),
      'x-hub-signature-256': await sign(SECRET, text),
      ...headers,
    },
    body: Buffer.from(text),
  });
}

const rule = (name = 'prod') =>
  protectionRule(github.emulator, { sha: github.sha, run: 30433642, environment: name });

/** The address of the waiting job. */
async function waiting() {
  await deliver(await rule());
  const [event] = dispatch.heard;
  if (!event) throw new Error('nothing was heard');
  github.calls.length = 0;
  github.faults.length = 0;
  return { where: eventIn(event).from, to: event.to };
}

async function checks(): Promise<
  { id: number; name: string; conclusion: unknown; summary: string }[]
> {
  const answered = await fetch(
    `${github.emulator}/repos/${OWNER}/${REPO}/commits/${github.sha}/check-runs?filter=all`,
    {
      headers: { authorization: `Bearer ${TOKEN}`, 'user-agent': 'test' },
    },
  );
  const { check_runs: all } = Object(await answered.json());
  return all.map(({ id, name, conclusion, output }: Record<string, unknown>) => ({
    ...{ id, name, conclusion },
    summary: Object(output).summary,
  }));
}
const made = (method: string, path: string | RegExp) =>
  github.calls.filter(
    (call) =>
      call.method === method &&
      (typeof path === 'string' ? call.path === path : path.test(call.path)),
  );

describe('what GitHub sends', () => {
  it('is a payload that GitHub describes', async () => {
    const payload = await rule();
    expect(webhookFaults('deployment-protection-rule-requested', payload)).toEqual([]);
    expect(
      webhookFaults('deployment-protection-rule-requested', { ...payload, action: 1 }),
    ).not.toEqual([]);
  });

  it('becomes a request by whoever started the job, for the commit', async () => {
    expect(await deliver(await rule())).toMatchObject({ status: 202 });
    const [event] = dispatch.heard;
    expect(event?.what).toEqual({
      invocation: {
        id: expect.stringMatching(/^[0-9a-f]{32}$/),
        command: 'release',
        input: { model: 'flights', commit: github.sha, to: 'production' },
        by: { platform: 'github', user: expect.stringMatching(/^\d+$/), name: 'octocat' },
        from: {
          platform: 'github',
          channel: `${OWNER}/${REPO}/${INSTALLATION}/${github.sha}/30433642/42/prod`,
        },
      },
    });
  });

  it('is the same event under whichever delivery it comes, and another for another deployment', async () => {
    const payload = await rule();
    for (let time = 0; time < 3; time += 1)
      await deliver(payload, { 'x-github-delivery': randomUUID() });
    const ids = () => new Set(dispatch.heard.map((event) => eventIn(event).id));
    expect(ids().size).toBe(1);
    // The job is started again.
    await deliver({ ...payload, deployment: { ...Object(payload['deployment']), id: 43 } });
    expect(ids().size).toBe(2);
  });

  it.each([
    ['without a signature', { 'x-hub-signature-256': undefined }, 401],
    ['with a signature of another length', { 'x-hub-signature-256': 'sha256=00' }, 401],
    ['with a wrong signature', { 'x-hub-signature-256': `sha256=${'0'.repeat(64)}` }, 401],
    ['without an ID', { 'x-github-delivery': undefined }, 400],
    ['about something else', { 'x-github-event': 'ping' }, 200],
  ])('is not acted on %s', async (_, headers, status) => {
    expect(await deliver(await rule(), headers)).toMatchObject({ status });
    expect(dispatch.heard).toEqual([]);
  });

  it.each([
    ['no object', [] as unknown],
    ['another action', { action: 'completed' }],
    ['an address of something else', { deployment_callback_url: 'https://x.example/a' }],
    ['no installation', { installation: undefined }],
    ['a repository with a path in its name', { repository: { full_name: 'a/b/../c' } }],
  ])('is not acted on if it is %s', async (_, change) => {
    const payload = Array.isArray(change) ? change : { ...(await rule()), ...Object(change) };
    expect(await deliver(payload)).toMatchObject({ status: 422 });
    expect(dispatch.heard).toEqual([]);
  });

  it('is rejected for an environment that is not configured', async () => {
    const calls = await deliver(await rule('elsewhere'));
    expect(calls).toMatchObject({ status: 200 });
    expect(dispatch.heard).toEqual([]);
    expect(made('POST', RULE)).toMatchObject([
      {
        body: {
          environment_name: 'elsewhere',
          state: 'rejected',
          comment: expect.stringContaining('wheelhouse.yaml'),
        },
      },
    ]);
  });

  it('has nowhere to go once the adapter is stopped', async () => {
    await platform.stop();
    expect(hooks.find('github')).toBeUndefined();
  });
});

describe('a request on GitHub', () => {
  it('is a check run, and its end releases the job', async () => {
    const { where } = await waiting();
    const options = { key: `approval:a@${randomUUID()}`, ...state('pending') };
    const message = await platform.post(where, PENDING, options);
    expect(made('POST', /check-runs$/)).toMatchObject([
      { body: { name: 'Wheelhouse: flights to prod', head_sha: github.sha, status: 'queued' } },
    ]);
    expect(made('POST', STATUSES)).toMatchObject([
      { body: { state: 'queued', description: PENDING.title } },
    ]);
    expect(made('POST', RULE)).toEqual([]);

    await platform.edit(where, message, { ...PENDING, text: '1 of 2 approvals' }, state('pending'));
    expect(made('POST', RULE)).toEqual([]);

    const end: Card = { title: 'flights v7 is live in production', tone: 'success' };
    await platform.edit(where, message, end, state('done'));
    expect(made('POST', RULE)).toMatchObject([
      {
        body: {
          environment_name: 'prod',
          state: 'approved',
          comment: 'flights v7 is live in production',
        },
      },
    ]);
    const [check] = (await checks()).filter(({ id }) => message.startsWith(`${id} `));
    expect(check).toMatchObject({
      conclusion: 'success',
      summary: '**flights v7 is live in production**',
    });
  });

  it('rejects the job if it is refused, and says why', async () => {
    const { where } = await waiting();
    const message = await platform.post(where, PENDING, { key: randomUUID(), ...state('pending') });
    const end: Card = {
      title: 'flights v7 was rejected',
      tone: 'warning',
      text: 'Lena: not before Monday',
    };
    await platform.edit(where, message, end, state('refused'));
    expect(made('POST', RULE)).toMatchObject([
      { body: { state: 'rejected', comment: 'flights v7 was rejected. Lena: not before Monday' } },
    ]);
    expect(made('POST', STATUSES).at(-1)).toMatchObject({ body: { state: 'failure' } });
  });

  it('is found again after a crash', async () => {
    const { where } = await waiting();
    const options = { key: randomUUID(), ...state('pending') };
    const before = (await checks()).length;
    const message = await platform.post(where, PENDING, options);
    const next = open();
    expect(await next.post(where, PENDING, { ...options, again: true })).toBe(message);
    expect(await checks()).toHaveLength(before + 1);
    expect(
      await next.post(where, PENDING, { ...options, key: randomUUID(), again: true }),
    ).not.toBe(message);
  });

  it('may be answered twice', async () => {
    const { where } = await waiting();
    const message = await platform.post(where, PENDING, { key: randomUUID(), ...state('pending') });
    // GitHub no longer waits for an answer.
    github.answer.own = ({ path }) =>
      path === RULE ? { status: 422, body: { message: 'over' } } : undefined;
    await platform.edit(where, message, PENDING, state('done'));
    await platform.edit(where, message, PENDING, state('refused'));
  });

  it('shows hostile text as text', async () => {
    const { where } = await waiting();
    const card: Card = {
      ...{ title: HOSTILE, tone: 'note', text: HOSTILE, footer: HOSTILE },
      facts: [{ label: HOSTILE, value: HOSTILE }],
      table: { columns: [HOSTILE], rows: [[HOSTILE]] },
    };
    const message = await platform.post(where, card, { key: randomUUID(), ...state('pending') });
    const [check] = (await checks()).filter(({ id }) => message.startsWith(`${id} `));
    expect(check?.summary).toContain('script');
    expect(check?.summary).not.toMatch(/(?<!\\)<script|@octocat|(?<!\\)\]\(|https?:\/\/|#1/);
  });

  it('answers a call that was refused', async () => {
    const { to } = await waiting();
    const refused = refusal(new Refused('Unknown github user "1".', { next: 'Ask an admin.' }));
    expect(await platform.answer?.(to, refused)).toBe(true);
    expect(await platform.answer?.(to, refused)).toBe(true);
    expect(made('POST', RULE)).toMatchObject(
      Array.from({ length: 2 }, () => ({
        body: { state: 'rejected', comment: 'Unknown github user "1". Ask an admin.' },
      })),
    );
    expect(made('POST', /check-runs$/)).toHaveLength(1);
  });

  it('releases a job whose version is live already', async () => {
    const { to } = await waiting();
    await platform.answer?.(to, answer({ title: 'flights v7 is already live', tone: 'note' }));
    expect(made('POST', RULE)).toMatchObject([{ body: { state: 'approved' } }]);
  });

  it('waits for the message of a request that has one', async () => {
    const { to } = await waiting();
    const reply = live('approval:a', { card: PENDING, outcome: 'checking', data: null }, []);
    expect(await platform.answer?.(to, reply)).toBe(true);
    expect(github.calls).toEqual([]);
  });

  it('is refused for a channel of the configuration, which is no job', async () => {
    const posting = platform.post({ platform: 'github', channel: 'acme/ml' }, PENDING, {
      key: 'k',
      ...state('pending'),
    });
    await expect(posting).rejects.toThrow(Refused);
    expect(github.calls).toEqual([]);
  });
});

describe('the app', () => {
  it('asks for a token once, for one repository, with no more rights than it needs', async () => {
    platform = open();
    const { where } = await waiting();
    for (let time = 0; time < 3; time += 1)
      await platform.post(where, PENDING, { key: randomUUID(), ...state('pending') });
    const tokens = made('POST', `/app/installations/${INSTALLATION}/access_tokens`);
    expect(tokens).toMatchObject([
      {
        status: 201,
        body: {
          repositories: [REPO],
          permissions: { checks: 'write', deployments: 'write', actions: 'read' },
        },
      },
    ]);
    const [, claims = ''] = tokens[0]?.authorization.replace(/^bearer /i, '').split('.') ?? [];
    expect(JSON.parse(Buffer.from(claims, 'base64url').toString())).toMatchObject({
      iss: String(APP),
    });
  });

  const soon = String(Math.ceil(Date.now() / 1000) + 30);
  it.each([
    [429, { 'retry-after': '7' }, Busy],
    [403, { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': soon }, Busy],
    [403, {}, Refused],
    [401, {}, Refused],
    [404, {}, NotFound],
    [503, {}, Unreachable],
  ])('says what to do when GitHub answers %i', async (status, headers, error) => {
    const { where } = await waiting();
    await platform.post(where, PENDING, { key: randomUUID(), ...state('pending') });
    github.answer.own = ({ path }) =>
      path.endsWith('/check-runs') ? { status, headers, body: { message: 'no' } } : undefined;
    const posting = platform.post(where, PENDING, { key: randomUUID(), ...state('pending') });
    const thrown: unknown = await posting.catch((cause: unknown) => cause);
    expect(thrown).toBeInstanceOf(error);
    expect(
      JSON.stringify([thrown, Object(thrown).cause, Object(Object(thrown).cause)]),
    ).not.toMatch(/ghs_|authorization/i);
  });

  it('does not take a missing permission for an answer that is not needed any more', async () => {
    const { where } = await waiting();
    const message = await platform.post(where, PENDING, { key: randomUUID(), ...state('pending') });
    // The app's permissions were reduced since; this process has no token yet.
    const later = open();
    github.answer.own = ({ path }) =>
      path.endsWith('/access_tokens') ? { status: 422, body: { message: 'no' } } : undefined;
    const editing = later.edit(where, message, PENDING, state('done'));
    await expect(editing).rejects.toThrow('the app lacks a permission');
    expect(made('POST', RULE)).toEqual([]);
  });

  it('says that GitHub cannot be reached', async () => {
    const { where } = await waiting();
    const away = open({ GITHUB_API_URL: 'http://127.0.0.1:9' });
    const posting = away.post(where, PENDING, { key: 'k', ...state('pending') });
    await expect(posting).rejects.toThrow(Unreachable);
  });

  it('is checked by doctor', async () => {
    const about = { channels: [], commands: [] };
    // The emulator has no owners of apps and no app events.
    github.answer.own = ({ path }) =>
      path === '/app'
        ? {
            status: 200,
            body: {
              ...{ slug: 'wheelhouse', events: ['deployment_protection_rule'] },
              permissions: { checks: 'write', deployments: 'write', actions: 'read' },
            },
          }
        : undefined;
    expect(await kind.read(environment())?.examine(about)).toEqual([
      { what: 'GitHub knows the app as wheelhouse', ok: true },
      { what: 'it has the permissions that it needs', ok: true },
      { what: 'it gets the events that it needs', ok: true },
    ]);
    github.answer.own = undefined;
    const other = kind.read(environment({ GITHUB_APP_ID: '1' }));
    expect(await other?.examine(about)).toMatchObject([{ ok: false, next: expect.any(String) }]);
  });

  it('is described by a manifest with no more rights than it needs', async () => {
    const text = await kind.install.write([], { WHEELHOUSE_PUBLIC_URL: 'https://w.example/' }, []);
    expect(JSON.parse(text)).toMatchObject({
      public: false,
      hook_attributes: { url: 'https://w.example/hooks/github' },
      default_permissions: {
        checks: 'write',
        deployments: 'write',
        actions: 'read',
        metadata: 'read',
      },
      default_events: ['deployment_protection_rule'],
    });
    const attempt = async () => kind.install.write([], {}, []);
    await expect(attempt()).rejects.toThrow('its public address');
  });

  it('is not configured by half, nor by a key that is none', () => {
    expect(kind.read({})).toBeUndefined();
    expect(() => kind.read({ GITHUB_APP_ID: '1' })).toThrow('GITHUB_APP_PRIVATE_KEY');
    expect(() => kind.read(environment({ GITHUB_APP_PRIVATE_KEY: 'none' }))).toThrow(
      'GITHUB_APP_PRIVATE_KEY: must be a private RSA key',
    );
    expect(kind.read({ GITHUB_API_URL: 'https://api.github.com' })).toBeUndefined();
  });
});
