import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { inWords, Refused } from '../../src/core/errors.ts';
import type { Deployments, DeployOrder, RollbackOrder } from '../../src/core/ports/deployments.ts';
import { deploymentsIn } from '../../src/registry/deployments.ts';
import { type Crasher, crasher } from './crasher.ts';
import { openLibrary } from './server.ts';

const library = await openLibrary();
afterAll(() => library.close());
const { clock } = library;
const { deployments } = library.registry;

const order = (model: string, id: string, version: number): DeployOrder => ({
  ...{ id, model, version, environment: 'production' },
  artifact: `artifact of v${version}`,
  ...{ by: 'ada', reason: '', approval: `approval of ${id}` },
});

const back = (model: string, id: string, replaces: string): RollbackOrder => ({
  ...{ id, model, environment: 'production', by: 'bob', reason: 'worse', replaces },
});

const shown = async (model: string) =>
  (await deployments.history(model, 'production')).map(
    ({ id, version, status }) => `${id} v${version} ${status}`,
  );

describe('registry/deployments', () => {
  it('makes the newest live, and a rollback the one before', async () => {
    const model = 'flights';
    expect(await deployments.live(model, 'production')).toBeUndefined();
    const first = await deployments.deploy(order(model, 'd1', 1));
    expect(first).toEqual({
      ...order(model, 'd1', 1),
      status: 'live',
      kind: 'promotion',
      since: clock.now(),
    });
    expect(await deployments.live(model, 'production')).toEqual(first);
    expect(await deployments.previousGood(model, 'production')).toBeUndefined();

    clock.forward(60);
    await deployments.deploy(order(model, 'd2', 2));
    clock.forward(60);
    await deployments.deploy(order(model, 'd3', 3));
    expect(await deployments.previousGood(model, 'production')).toMatchObject({ id: 'd2' });

    clock.forward(60);
    const { restored, replaced } = await deployments.rollBack(back(model, 'r1', 'd3'));
    expect(replaced).toMatchObject({ id: 'd3', status: 'rolled_back' });
    expect(restored).toEqual({
      ...{ id: 'r1', model, version: 2, environment: 'production', artifact: 'artifact of v2' },
      ...{ status: 'live', kind: 'rollback', by: 'bob', reason: 'worse', since: clock.now() },
    });
    expect(await deployments.live(model, 'production')).toEqual(restored);
    expect(await deployments.previousGood(model, 'production')).toMatchObject({ id: 'd1' });
    expect(await shown(model)).toEqual([
      'r1 v2 live',
      'd3 v3 rolled_back',
      'd2 v2 superseded',
      'd1 v1 superseded',
    ]);
    expect(await deployments.history(model, 'production', 1)).toEqual([restored]);
  });

  it('takes what is live out of service once, and does not restore it', async () => {
    const model = 'retired';
    const out = (deployment: string, by = 'ada') => ({
      ...{ model, environment: 'production', deployment, by, reason: 'it does not load' },
    });
    for (const n of [1, 2]) await deployments.deploy(order(model, `u${n}`, n));
    await expect(deployments.undeploy(out('u1'))).rejects.toThrow(/^retired v2 \(u2\) is now live/);
    const taken = await deployments.undeploy(out('u2'));
    expect(taken).toMatchObject({ by: 'ada', deployment: { id: 'u2', status: 'undeployed' } });
    expect(await deployments.undeploy(out('u2', 'bob'))).toEqual(taken);
    expect(await deployments.live(model, 'production')).toBeUndefined();
    expect(await deployments.outOfService(model, 'production')).toEqual(taken);
    expect((await deployments.allLive()).filter((one) => one.model === model)).toEqual([]);
    expect(await deployments.allOutOfService()).toEqual([taken]);
    expect(await shown(model)).toEqual(['u2 v2 undeployed', 'u1 v1 superseded']);

    // A promotion brings it back, and a rollback of that skips the version that was undeployed.
    await deployments.deploy(order(model, 'u3', 3));
    expect(await deployments.live(model, 'production')).toMatchObject({ id: 'u3' });
    expect(await deployments.outOfService(model, 'production')).toBeUndefined();
    expect(await deployments.previousGood(model, 'production')).toMatchObject({ id: 'u1' });
    const { restored } = await deployments.rollBack(back(model, 'u4', 'u3'));
    expect(restored).toMatchObject({ id: 'u4', version: 1 });
    await expect(deployments.undeploy(out('u2'))).rejects.toThrow(/is now live/);
    expect(await shown(model)).toEqual([
      'u4 v1 live',
      'u3 v3 rolled_back',
      'u2 v2 undeployed',
      'u1 v1 superseded',
    ]);
  });

  it('restores the version before one that is out of service', async () => {
    const model = 'restored';
    for (const n of [1, 2]) await deployments.deploy(order(model, `v${n}`, n));
    const taken = { model, environment: 'production', deployment: 'v2', by: 'ada', reason: 'no' };
    await deployments.undeploy(taken);
    await deployments.rollBack(back(model, 'v3', 'v2'));
    expect(await deployments.live(model, 'production')).toMatchObject({ id: 'v3', version: 1 });
    await deployments.undeploy({ ...taken, deployment: 'v3' });
    expect(await deployments.live(model, 'production')).toBeUndefined();
  });

  it('carries out an order once, whenever it is repeated', async () => {
    const model = 'again';
    await deployments.deploy(order(model, 'a1', 1));
    await deployments.deploy(order(model, 'a2', 2));
    expect(await deployments.deploy(order(model, 'a1', 1))).toMatchObject({ status: 'superseded' });
    const once = await deployments.rollBack(back(model, 'a3', 'a2'));
    expect(await deployments.rollBack(back(model, 'a3', 'a2'))).toEqual(once);
    expect(await shown(model)).toEqual(['a3 v1 live', 'a2 v2 rolled_back', 'a1 v1 superseded']);
  });

  it('rolls back once if two people press at once', async () => {
    const model = 'pressed';
    for (const n of [1, 2, 3]) await deployments.deploy(order(model, `p${n}`, n));
    const presses = await Promise.allSettled(
      ['x', 'y', 'z'].map((who) => deployments.rollBack(back(model, `p-${who}`, 'p3'))),
    );
    expect(presses.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const press of presses)
      if (press.status === 'rejected') expect(press.reason).toBeInstanceOf(Refused);
    expect(await deployments.live(model, 'production')).toMatchObject({ version: 2 });
  });

  it('checks permission at the switch, and not for a finished switch', async () => {
    const model = 'asked';
    const no = async () => {
      throw new Refused('a role was taken away');
    };
    await expect(deployments.deploy(order(model, 's1', 1), no)).rejects.toThrow('taken away');
    expect(await deployments.live(model, 'production')).toBeUndefined();
    await deployments.deploy(order(model, 's1', 1));
    expect(await deployments.deploy(order(model, 's1', 1), no)).toMatchObject({ status: 'live' });
  });

  it('applies many concurrent orders in sequence', async () => {
    const model = 'crowd';
    const ids = Array.from({ length: 8 }, (_, n) => `c${n}`);
    await Promise.all(
      [...ids, ...ids].map((id, n) => deployments.deploy(order(model, id, (n % 8) + 1))),
    );
    const history = await deployments.history(model, 'production');
    expect(history.map(({ id }) => id).sort()).toEqual(ids);
    expect(history.map(({ status }) => status)).toEqual(['live', ...Array(7).fill('superseded')]);
    const [top, under] = history;
    expect(await deployments.live(model, 'production')).toEqual(top);
    expect(await deployments.previousGood(model, 'production')).toEqual(under);
  });

  it('reports why it does not roll back', async () => {
    const model = 'refused';
    const words = (replaces: string) =>
      deployments.rollBack(back(model, `r-${replaces}`, replaces)).then(() => '', inWords);
    expect(await words('x1')).toBe('No version of refused is live in production.');
    await deployments.deploy(order(model, 'x1', 1));
    expect(await words('x1')).toMatch(/^There is no version before refused v1 in production\./);
    await deployments.deploy(order(model, 'x2', 2));
    expect(await words('x1')).toMatch(
      /^refused v2 \(x2\) is now live in production, not x1\. Check what is live/,
    );
    expect(await shown(model)).toEqual(['x2 v2 live', 'x1 v1 superseded']);
  });

  it('lists what is live everywhere', async () => {
    await deployments.deploy({ ...order('everywhere', 'e1', 1), environment: 'staging' });
    await deployments.deploy(order('everywhere', 'e2', 2));
    const live = (await deployments.allLive()).filter(({ model }) => model === 'everywhere');
    expect(live.map(({ id, status }) => `${id} ${status}`)).toEqual(['e2 live', 'e1 live']);
  });
});

interface Step {
  kind: 'deploy' | 'back' | 'repeat' | 'stale';
  /** How many writes succeed before the crash; undefined: no crash. */
  crash: number | undefined;
  /** Whether it is retried after the crash. */
  retried: boolean;
  /** Whether somebody reads the history before that, which repairs what it shows. */
  looked: boolean;
}

const step: fc.Arbitrary<Step> = fc.record({
  kind: fc.constantFrom('deploy', 'deploy', 'deploy', 'back', 'back', 'back', 'repeat', 'stale'),
  crash: fc.option(fc.integer({ min: 0, max: 5 }), { nil: undefined, freq: 2 }),
  retried: fc.boolean(),
  looked: fc.boolean(),
});

const calm: Step = { kind: 'deploy', crash: undefined, retried: false, looked: false };
/** Two writes repair old state, one prepares, one switches, two update the statuses. */
const atEveryWrite = [0, 1, 2, 3, 4, 5].flatMap((writes): [Step[]][] =>
  (['deploy', 'back'] as const).map((kind) => [
    [{ kind, crash: writes, retried: false, looked: false }, calm, { ...calm, kind: 'back' }],
  ]),
);

/** The expected state of the endpoint: a stack of versions. */
interface Model {
  stack: { id: string; version: number }[];
  rolledBack: Set<string>;
}

describe('registry/deployments, crashing at any write', () => {
  it('has one live deployment, the right one below it, and does every order once', async () => {
    const crash = crasher();
    const connection = await library.connect();
    const fragile = deploymentsIn(connection, clock);
    crash.arm(connection.model('Deployment'), connection.model('Endpoint'));
    let played = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 7, size: 'max' }), async (steps) => {
        played += 1;
        await play(`model-${played}`, [calm, calm, ...steps], fragile, crash);
      }),
      { numRuns: 30, examples: atEveryWrite },
    );
    // The examples alone crash as often.
    expect(crash.crashes).toBeGreaterThanOrEqual(12);
  });
});

async function play(model: string, steps: Step[], fragile: Deployments, crash: Crasher) {
  const expected: Model = { stack: [], rolledBack: new Set() };
  const given: (() => Promise<unknown>)[] = [];
  for (const [n, { kind, crash: writes, retried, looked }] of steps.entries()) {
    clock.forward(1);
    const id = `${model}-${n}`;
    const top = expected.stack.at(-1);
    const happens = async (act: () => Promise<unknown>, order: string) => {
      if (writes === undefined || !(await crash.after(writes, act))) {
        if (writes === undefined) await act();
        return true;
      }
      await oneLive(model, looked);
      if (retried) await act();
      // If not retried, the order took effect if its one switch was written, otherwise it never did.
      return (await deployments.live(model, 'production'))?.id === order;
    };
    if (kind === 'repeat') {
      await given.at(Math.floor(given.length / 2))?.();
    } else if (kind === 'deploy') {
      const act = () => fragile.deploy(order(model, id, n));
      if (!(await happens(act, id))) continue;
      given.push(act);
      expected.stack.push({ id, version: n });
    } else if (kind === 'stale' || !top || expected.stack.length < 2) {
      const stale = expected.stack.at(-2)?.id ?? 'nothing';
      await expect(fragile.rollBack(back(model, id, stale))).rejects.toThrow(Refused);
    } else {
      const act = () => fragile.rollBack(back(model, id, top.id));
      if (!(await happens(act, id))) continue;
      given.push(act);
      expected.stack.pop();
      const version = expected.stack.pop()?.version ?? -1;
      expected.stack.push({ id, version });
      expected.rolledBack.add(top.id);
    }
    await compareTop(model, expected);
  }
  await compareHistory(model, expected);
}

/** What may be read between a crash and its repair. */
async function oneLive(model: string, looked: boolean) {
  const live = await deployments.live(model, 'production');
  const good = await deployments.previousGood(model, 'production');
  if (live) expect(live).toMatchObject({ status: 'live' });
  if (good) expect(good).toMatchObject({ status: 'superseded' });
  if (!looked) return;
  const history = await deployments.history(model, 'production');
  const shownLive = history.filter(({ status }) => status === 'live').map(({ id }) => id);
  expect(shownLive).toEqual(live ? [live.id] : []);
}

async function compareTop(model: string, { stack }: Model) {
  const brief = (each: { id: string; version: number } | undefined) =>
    each && { id: each.id, version: each.version };
  expect(brief(await deployments.live(model, 'production'))).toEqual(stack.at(-1));
  expect(brief(await deployments.previousGood(model, 'production'))).toEqual(stack.at(-2));
}

async function compareHistory(model: string, { stack, rolledBack }: Model) {
  const history = await deployments.history(model, 'production');
  expect(new Set(history.map(({ id }) => id)).size).toBe(history.length);
  for (const { id, status } of history) {
    const due = rolledBack.has(id) ? 'rolled_back' : 'superseded';
    expect([id, status]).toEqual([id, id === stack.at(-1)?.id ? 'live' : due]);
  }
}
