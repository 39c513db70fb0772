import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { rollBack } from '../../jobs/roll-back.ts';
import { alertState } from '../../src/cards/alert.ts';
import { approvalState } from '../../src/cards/approval.ts';
import { Unreachable } from '../../src/core/errors.ts';
import type { Alert } from '../../src/core/ports/alerts.ts';
import type { Reply } from '../../src/core/reply.ts';
import { reportOn } from '../../src/monitoring/kinds/index.ts';
import { openDesk } from './desk.ts';

let desk: Awaited<ReturnType<typeof openDesk>>;
const live = () => desk.registry.deployments.live('flights', 'production');

beforeAll(async () => {
  desk = await openDesk();
  const serving = async () => {
    const now = await live();
    return now && { version: now.version, deployment: now.id };
  };
  Object.assign(desk.world, { gateway: { url: '', serving, behind: async () => [] } });
});
afterAll(() => desk.close());

/** The last one is live. */
let ids: string[] = [];
beforeEach(async () => {
  desk.queued.length = 0;
  ids = [];
  for (const version of [2, 3, 5]) {
    desk.clock.forward(60);
    ids.push((await desk.goLive(version, 'a'.repeat(64))).id);
  }
});

/** Runs what is queued, as the worker would. */
async function work(): Promise<void> {
  for (const { job, payload } of desk.queued.splice(0)) {
    if (job !== 'roll-back') continue;
    const { signal } = new AbortController();
    await rollBack
      .perform(payload, desk.world, signal)
      .catch((error: unknown) => rollBack.giveUp(payload, error, desk.world));
  }
}

const title = ({ card }: Reply) => card.title;

describe('a rollback', () => {
  it('goes back one step, however many people request it and however late', async () => {
    const early = await Promise.all(
      Array.from({ length: 6 }, () => desk.say('dev', 'rollback flights')),
    );
    expect(new Set(early.map(({ subject }) => subject)).size).toBe(1);
    await work();
    desk.clock.forward(2);
    const late = await Promise.all(
      Array.from({ length: 6 }, () => desk.say('lead', 'rollback flights')),
    );
    await work();
    expect(await live()).toMatchObject({ version: 3, kind: 'rollback' });
    for (const reply of late) {
      expect(reply.fault).toBe('refused');
      expect(title(reply)).toMatch(
        /^\S.* already rolled v5 back, 2 s ago; v3 is live\. Nothing was changed\. To go back one more version, to v2: \/rollback flights --from v3 --in production$/,
      );
    }
  });

  it('goes one step further if the version to replace is named, and only once', async () => {
    await desk.say('dev', 'rollback flights');
    await work();
    for (const word of ['v3', '3', 'v3']) {
      await desk.say('lead', `rollback flights --from ${word}`);
      await work();
    }
    expect(await live()).toMatchObject({ version: 2, kind: 'rollback' });
  });

  it('happens once if the queue accepted it, reported a failure, and it was requested again', async () => {
    const { jobs } = desk.world;
    const away: typeof jobs = {
      async enqueue(job, payload) {
        await jobs.enqueue(job, payload);
        throw new Unreachable('Queueing roll-back: Redis is unreachable.', { next: 'Try again.' });
      },
      chain: jobs.chain,
    };
    for (const line of ['rollback flights', 'rollback flights --from v5']) {
      Object.assign(desk.world, { jobs: away });
      expect((await desk.say('dev', line)).outcome).not.toBe('done');
      await work();
      Object.assign(desk.world, { jobs });
      await desk.say('dev', line);
      await work();
      expect(await live()).toMatchObject({ version: 3 });
    }
  });

  it('by a button refers to the deployment of its message', async () => {
    const [, , fifth = ''] = ids;
    await desk.say('dev', `rollback flights --from ${fifth} --in production`);
    await work();
    await desk.goLive(6, 'b'.repeat(64));
    const late = await desk.say('dev', `rollback flights --from ${fifth} --in production`);
    expect(title(late)).toContain('already rolled v5 back');
    expect(title(late)).toContain('v6 is live');
    const replaced = await desk.say('dev', `rollback flights --from v3`);
    expect(title(replaced)).toMatch(/v6 replaced v3 .* ago; v6 is live/);
    const strange = await desk.say('dev', 'rollback flights --from deployment-nobody');
    expect(title(strange)).toContain('That version is not live in production; v6 is.');
    await work();
    expect(await live()).toMatchObject({ version: 6 });
  });

  it('that is too late says who was first', async () => {
    const [, third = '', fifth = ''] = ids;
    const order = { model: 'flights', environment: 'production', reason: '', via: 'web' };
    desk.queued.push({
      job: 'roll-back',
      payload: { ...order, id: 'deployment-first', replaces: fifth, by: 'lead' },
    });
    desk.queued.push({
      job: 'roll-back',
      payload: { ...order, id: 'deployment-other', replaces: third, by: 'dev' },
    });
    await work();
    const shown = await desk.registry.outbox.load('rollback:deployment-other');
    expect(shown?.state.card.text).toMatch(/v5 replaced v3 .* ago; v3 is live/);
  });

  it('refuses arguments that it does not understand', async () => {
    const reply = await desk.say('dev', 'rollback flights --from yesterday');
    expect(title(reply)).toContain('expected a version such as v5, or a deployment');
    expect(reply.fault).toBe('usage');
  });
});

describe('buttons', () => {
  const argument = (actions: readonly { command: string; argument: string }[] = []) =>
    actions.find(({ command }) => command === 'rollback')?.argument;

  it('of an alert refer to the deployment of the alert', () => {
    const alert: Alert = {
      ...{
        id: 'alert-1',
        model: 'flights',
        environment: 'production',
        monitor: 'drift',
        kind: 'drift',
        version: 5,
      },
      ...{
        status: 'open',
        parts: [],
        severity: 'alert',
        grade: 'inform',
        evidence: null,
        pictures: [],
        openedAt: new Date(0),
      },
      ...{ windows: 1, signals: [], sizes: [], newest: { from: new Date(0), to: new Date(1) } },
      window: { from: new Date(0), to: new Date(1) },
    };
    const shown = (more: { deployment?: string }) =>
      argument(alertState({ ...alert, ...more }, reportOn(alert)).card.actions);
    expect(shown({ deployment: 'deployment-5' })).toBe(
      'flights --from deployment-5 --in production',
    );
    // Raised before alerts stored it.
    expect(shown({})).toBe('flights --from v5 --in production');
  });

  it('of a request that went live refer to its deployment', () => {
    const evidence = { artifact: 'a', gates: [], metrics: {}, champion: 3, digest: 'e' };
    const { card } = approvalState({
      ...{ id: 'approval-1', model: 'flights', version: 5, environment: 'staging', needed: 1 },
      ...{ requestedBy: 'dev', status: 'approved', votes: [], revision: 1, evidence },
      ...{ createdAt: new Date(0), deployment: 'deployment-5' },
    });
    expect(argument(card.actions)).toBe('flights --from deployment-5 --in staging');
  });
});
