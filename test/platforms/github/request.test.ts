import { randomUUID } from 'node:crypto';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sign } from '@octokit/webhooks-methods';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadWorkspace } from '../../../config/workspace.ts';
import { approvalState, approvalSubject } from '../../../src/cards/approval.ts';
import { eventIn, type InboundEvent } from '../../../src/core/platform.ts';
import { createCourier } from '../../../src/outbox/courier.ts';
import { createGitHubAdapter } from '../../../src/platforms/github/adapter.ts';
import { createGitHub } from '../../../src/platforms/github/client.ts';
import { createHooks } from '../../../src/platforms/http/hooks.ts';
import { openDesk } from '../../commands/desk.ts';
import { scriptedDispatch } from '../../fakes/dispatch.ts';
import {
  APP,
  type FakeGitHub,
  OWNER,
  openGitHub,
  PERSON,
  REPO,
} from '../../fakes/github/server.ts';
import { protectionRule } from './payload.ts';

const SECRET = 'a secret of 16 or more';
const RULE = /deployment_protection_rule$/;
const log = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** From a job's signed event to its release: dispatch, registry, votes and outbox are the real ones. */
describe('a job on GitHub', () => {
  let github: FakeGitHub;
  let folder: string;
  let desk: Awaited<ReturnType<typeof openDesk>>;
  const heard: InboundEvent[] = [];
  const hooks = createHooks();
  let adapter: ReturnType<typeof createGitHubAdapter>;

  beforeAll(async () => {
    github = await openGitHub();
    github.answer.own = ({ path }) => {
      if (RULE.test(path)) return { status: 204 };
      return path.endsWith('/statuses') ? { status: 201, body: {} } : undefined;
    };
    // Dev started the job: the account's number links it.
    const { sender } = await protectionRule(github.emulator, {
      sha: github.sha,
      run: 1,
      environment: 'prod',
    });
    folder = await mkdtemp(join(tmpdir(), 'wheelhouse-github-'));
    await cp('examples/flights', folder, { recursive: true });
    const file = join(folder, 'wheelhouse.yaml');
    const written = await readFile(file, 'utf8');
    await writeFile(
      file,
      `${written.replace('    role: operator\n', `    role: approver\n    identities: { github: "${Object(sender).id}" }\n`)}
github: { ${OWNER}/${REPO}: { prod: { model: flights } } }
`,
    );
    desk = await openDesk(folder);
    const { endpointFor } = await loadWorkspace(folder);
    const settings = {
      appId: String(APP),
      privateKey: github.privateKey,
      webhookSecret: SECRET,
      api: github.url,
    };
    adapter = createGitHubAdapter(settings, createGitHub(settings), { hooks, endpointFor, log });
    const dispatch = scriptedDispatch({});
    await adapter.start({ ...dispatch, take: async (event) => void heard.push(event) });
    await desk.registry.versions.register({
      ...{
        model: 'flights',
        run: 'run-1',
        parameters: {},
        runtime: {},
        reported: {},
        createdBy: 'dev',
      },
      artifact: { sha256: 'a'.repeat(64), bytes: 1 },
      dataset: {
        window: { from: new Date('2001-01-01'), to: new Date('2001-02-01') },
        ...{ sha256: 'd'.repeat(64), rows: 10 },
      },
      code: { revision: github.sha, dirty: false },
    });
  });
  afterAll(async () => {
    await adapter?.stop();
    await desk?.close();
    await github?.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('is released by the vote of somebody else, and by nothing less', async () => {
    const payload = await protectionRule(github.emulator, {
      sha: github.sha,
      run: 77,
      environment: 'prod',
    });
    const body = JSON.stringify(payload);
    const headers = {
      ...{ 'x-github-event': 'deployment_protection_rule', 'x-github-delivery': randomUUID() },
      'x-hub-signature-256': await sign(SECRET, body),
    };
    expect(await hooks.find('github')?.({ headers, body: Buffer.from(body) })).toMatchObject({
      status: 202,
    });

    const [event] = heard;
    if (!event || !('invocation' in event.what)) throw new Error('nothing was heard');
    const reply = await desk.invoke(event.what.invocation);
    expect(await adapter.answer(event.to, reply)).toBe(true);
    const { approvals, outbox } = desk.registry;
    const [request] = await approvals.list({ model: 'flights' });
    if (!request) throw new Error(`nothing was requested: ${reply.card.title}`);
    expect(request).toMatchObject({ requestedBy: 'dev', version: 1, environment: 'production' });

    const platform = { name: 'github', ...adapter };
    const courier = createCourier({
      outbox,
      platforms: [platform],
      wake: async () => undefined,
      log,
    });
    const deliver = () => courier.deliver(approvalSubject(request), new AbortController().signal);
    const show = async () => {
      await desk.world.replies.show(
        approvalSubject(request),
        approvalState(await approvals.get(request.id)),
      );
      await deliver();
    };
    const released = () =>
      github.calls.filter(({ path }) => RULE.test(path)).map(({ body }) => body);
    await deliver();
    const gates = [{ name: 'smoke test', passed: true, words: 'fine' }];
    const evidence = { artifact: 'a'.repeat(64), gates, metrics: {}, digest: 'e'.repeat(64) };
    await approvals.open(request.id, evidence, new Date(desk.clock.now().getTime() + 3_600_000));
    await show();
    expect(released()).toEqual([]);

    // The same person, in the chat and on GitHub.
    for (const by of [{ platform: 'web', user: 'dev' }, eventIn(event).by]) {
      const own = await desk.invoke({
        ...{ id: randomUUID(), command: 'approve', input: request.id, by },
        from: { platform: by.platform, channel: 'flights' },
      });
      expect(own).toMatchObject({
        fault: 'refused',
        card: { title: expect.stringContaining('yourself') },
      });
    }
    expect((await approvals.get(request.id)).status).toBe('open');

    await desk.say('lead', `approve ${request.id}`);
    expect((await approvals.get(request.id)).status).toBe('approved');
    await show();
    // Approved, but not live yet.
    expect(released()).toEqual([]);

    await approvals.markDeployed(request.id, 'deployment-1');
    await approvals.markConfirmed(request.id);
    await show();
    expect(released()).toMatchObject([{ environment_name: 'prod', state: 'approved' }]);
    // Later changes, e.g. a rollback, are shown too, in the same check run.
    await desk.world.replies.show(
      approvalSubject(request),
      approvalState(await approvals.get(request.id), 'until v2 replaced it'),
    );
    await deliver();
    expect(
      github.calls.filter(({ method, path }) => method === 'POST' && path.endsWith('/check-runs')),
    ).toHaveLength(1);
    expect(github.faults).toEqual([]);
    expect(PERSON).toBe(eventIn(event).by.name);
  });
});
