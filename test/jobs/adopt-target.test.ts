import { randomUUID } from 'node:crypto';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { adopt } from '../../commands/adopt.ts';
import { repair } from '../../commands/repair.ts';
import { modelsOf } from '../../config/models.ts';
import { applyTarget } from '../../jobs/apply-target.ts';
import { targetId } from '../../jobs/steps/target-memory.ts';
import { Unreachable } from '../../src/core/errors.ts';
import { deriveId } from '../../src/core/ids.ts';
import type { Person } from '../../src/core/people.ts';
import type { Targets } from '../../src/core/ports/targets.ts';
import type { ObservedState, TargetSpec } from '../../src/core/target.ts';
import { openHarness } from './harness.ts';

const harness = await openHarness();
afterAll(() => harness.end());
const { approvals, audit, clock, deployments, knownTargets, notary, registry } = harness;

const edge: TargetSpec = {
  ...{ name: 'edge', kind: 'command', timeoutMs: 1000, settleMs: 120_000 },
  settings: { apply: ['true'] },
};
const models = modelsOf([{ ...harness.spec, targets: [edge] }]);
/** What was sent to targets, and what they report. */
const done: string[] = [];
let shows: ObservedState | undefined;
let broken: Error | undefined;
let restored: readonly number[] | undefined;
const act: (what: string) => Targets['apply'] = (what) => async (target, _, how) => {
  if (broken) throw broken;
  restored = how.restores;
  const url = target.settings['url'];
  done.push(`${what} ${target.name}${typeof url === 'string' ? ` → ${url}` : ''}`);
};
const targets: Targets = {
  follows: ({ kind }) => kind === 'gateway',
  placeOf: ({ settings: { url } }) =>
    typeof url === 'string' ? { name: new URL(url).host, address: url } : undefined,
  ...{ apply: act('apply'), remove: act('remove') },
  observe: async () => shows,
};

/** Each test has an endpoint of its own. */
let of = { model: 'flights', environment: '', target: 'edge' };
beforeEach(() => {
  of = { model: 'flights', environment: `e${randomUUID().slice(0, 8)}`, target: 'edge' };
  done.length = 0;
  shows = undefined;
  broken = undefined;
});

const artifactOf = async (version: number) =>
  (await harness.versions.resolve('flights', String(version))).artifact.sha256;

async function goLive(version: number) {
  const { model, environment } = of;
  const approval = `approval-${randomUUID().slice(0, 8)}`;
  const subject = { model, environment, version, artifact: await artifactOf(version), approval };
  await notary.issue(subject, undefined, []);
  const id = `deployment-${randomUUID().slice(0, 8)}`;
  return deployments.deploy({ id, ...subject, by: 'dev', reason: 'test' });
}

for (const bias of [1, 2]) {
  const artifact = await harness.artifacts.putBytes(Buffer.from(`model ${bias}`));
  await registry.versions.register({
    ...{ model: 'flights', run: `run-${bias}`, artifact, parameters: {}, reported: {} },
    dataset: { window: { from: new Date(0), to: new Date(1) }, sha256: 'd', rows: 1 },
    ...{ code: { revision: 'r', dirty: false }, runtime: {}, createdBy: 'dev' },
  });
}

const look = (change: object = {}, own: object = {}) =>
  harness.perform(applyTarget, { ...of, ...change }, { models, targets, ...own });
async function later(change: object = {}, own: object = {}) {
  clock.forward(121);
  return look(change, own);
}
const events = async (target = of.target) =>
  (await audit.list({ subject: targetId({ ...of, target }) }))
    .map(({ action }) => action)
    .toReversed();
async function shown(target = of.target) {
  for (const { after } of await audit.list({ subject: targetId({ ...of, target }) })) {
    const card = typeof after === 'object' && after && 'card' in after ? after['card'] : undefined;
    if (card !== undefined) return harness.shown(`target:${card}`);
  }
  return undefined;
}

const by = { id: 'dev', name: 'Dev', role: 'operator', on: ['web'] } as const;
function call(
  command: typeof adopt | typeof repair,
  input: Record<string, unknown>,
  person: Person = by,
) {
  const environments = { first: '', list: () => [], get: () => of.environment };
  const asking = {
    ...{ id: `ask-${randomUUID()}`, by: person, from: { platform: 'web', channel: 'flights' } },
    account: { platform: 'web', user: person.id },
  };
  return command.call(input, harness.worldWith({ models, environments }), asking);
}

describe('drift', () => {
  it('is told again if something else is seen, and only then', async () => {
    await goLive(2);
    await look();
    for (const version of [1, 1, 9, 9]) {
      shows = { stable: { version } };
      await later();
    }
    expect(await events()).toEqual(['target.apply', 'target.drift', 'target.drift']);
    expect((await shown())?.table?.rows).toEqual([['Version', 'v2', 'v9']]);
  });

  it('names the server that has it', async () => {
    await goLive(2);
    await look();
    const stable = { version: 2 };
    const servers = [
      { name: 'edge-1', stable },
      { name: 'edge-2\u202e', stable: null },
    ];
    shows = { stable, servers };
    await later();
    expect(await shown()).toMatchObject({
      table: { columns: ['Server', '', 'Wanted', 'Observed'] },
      actions: [{ label: 'Repair' }],
    });
    expect((await shown())?.table?.rows).toEqual([['edge-2', 'Version', 'v2', 'none']]);
  });

  it('of the gateway is told after the time to settle; nothing is sent at a switch', async () => {
    const gateway = { target: 'gateway' };
    await goLive(1);
    shows = { stable: null };
    await look(gateway);
    await later(gateway);
    expect(await events('gateway')).toEqual(['target.drift']);
    expect(await shown('gateway')).toMatchObject({
      title: `The gateway has another state of flights in ${of.environment} than wanted`,
      tone: 'danger',
    });
    // Another switch restarts the settling time.
    await goLive(2);
    await look(gateway);
    shows = { stable: { version: 2 } };
    await later(gateway);
    expect(await events('gateway')).toEqual(['target.drift', 'target.synced']);
    expect(done).toEqual([]);
  });

  it('of a gateway that serves what was taken out of service is told', async () => {
    const { id } = await goLive(1);
    const order = { deployment: id, by: 'dev', reason: 'out' };
    await deployments.undeploy({ ...order, model: of.model, environment: of.environment });
    shows = { stable: { version: 1 } };
    await later({ target: 'gateway' });
    expect((await shown('gateway'))?.table?.rows).toEqual([['Version', 'none', 'v1']]);
  });

  it('of the gateway is repaired by having it look, and is over when it is seen to be', async () => {
    const gateway = { target: 'gateway' };
    await goLive(1);
    shows = { stable: null };
    await later(gateway);
    await look(); // the other target has its version
    await call(repair, { model: 'flights' });
    expect(harness.queued.slice(-2).map(({ payload }) => payload)).toEqual([
      { ...of, ...gateway },
      of,
    ]);
    await look(gateway);
    expect(done).toEqual(['apply edge', 'apply gateway']);
    expect((await shown('gateway'))?.title).toContain('another state');
    await later(gateway);
    expect((await events('gateway')).at(-1)).toBe('target.drift');
    shows = { stable: { version: 1 } };
    await later(gateway);
    expect((await shown('gateway'))?.title).toContain('shows the wanted state');
  });

  it('of no gateway is told once, and that one is back', async () => {
    const gateway = { target: 'gateway' };
    await goLive(1);
    const observe = () => Promise.reject(new Unreachable('none is running'));
    for (const _ of [1, 2]) await later(gateway, { targets: { ...targets, observe } });
    expect(await events('gateway')).toEqual(['target.unseen']);
    shows = { stable: { version: 1 } };
    await later(gateway);
    expect(await events('gateway')).toEqual(['target.unseen', 'target.synced']);
  });
});

describe('a target whose repairs are undone', () => {
  const lead = { id: 'lead', name: 'Lead', role: 'approver', on: ['web'] } as const;
  const repairing = (person: Person = by) => call(repair, { model: 'flights' }, person);
  /** It is repaired, and somebody sets it back at once. */
  async function undo(): Promise<void> {
    await repairing();
    await look();
    await later();
  }
  const bad = { stable: { version: 1 }, by: 'edge\u202econtroller' };

  it('is repaired no more until a second operator asks for it; all are told once', async () => {
    await goLive(2);
    await look();
    shows = bad;
    await later();
    for (let each = 0; each < 2; each += 1) await undo();
    expect((await shown())?.text).toContain('It says that edgecontroller changed it. Repair');
    await undo();
    expect(await shown()).toMatchObject({
      text: expect.stringContaining('Repairs were undone 3 times within an hour'),
      actions: [{ label: 'Repair' }, { label: 'Adopt v1' }],
    });
    const repaired = done.length;
    for (const _ of [1, 2]) {
      expect(JSON.stringify(await repairing())).toContain('another operator must confirm');
      await later();
    }
    expect(done).toHaveLength(repaired);
    expect((await events()).filter((one) => one === 'target.ask')).toHaveLength(1);
    expect((await events()).filter((one) => one === 'target.drift')).toHaveLength(4);

    await repairing(lead);
    await look();
    expect(done).toHaveLength(repaired + 1);
    shows = { stable: { version: 2 } };
    await later();
    expect((await events()).at(-1)).toBe('target.apply');
  });

  it('is repaired once where two ask at once', async () => {
    await goLive(2);
    await look();
    shows = bad;
    await later();
    for (let each = 0; each < 3; each += 1) await undo();
    const repaired = done.length;
    const count = async (action: string) => (await events()).filter((one) => one === action).length;
    const before = await count('target.repair');
    await Promise.all([repairing(), repairing(lead)]);
    await Promise.all([look(), look()]);
    expect(done.length).toBeGreaterThan(repaired);
    expect(await count('target.ask')).toBe(2);
    expect(await count('target.repair')).toBe(before + 1);
  });

  it('is told of a version that was deleted from a registry, live or not, until that is accepted or repaired', async () => {
    const whole = { stable: { version: 2 }, registered: [1, 2], marked: [2] };
    await goLive(2);
    await look();
    expect(restored).toEqual([]);
    shows = whole;
    await later();
    expect(await events()).toEqual(['target.apply']);
    shows = { ...whole, registered: [2] };
    await look();
    await look();
    expect(await events()).toEqual(['target.apply', 'target.drift']);
    const card = await shown();
    expect(card?.table?.rows).toEqual([['Version registered there', 'v1', 'none']]);
    expect(card?.text).toContain(
      `/adopt flights 1 --from edge --in ${of.environment} accepts that v1 is gone.`,
    );

    // Nothing brings it back unless somebody asks.
    await repairing();
    await look();
    expect(restored).toEqual([1, 2]);
    shows = whole;
    await later();
    shows = { ...whole, registered: [2] };
    await later();
    expect((await events()).at(-1)).toBe('target.drift');
    for (const _ of [1, 2])
      expect(
        JSON.stringify(await call(adopt, { model: 'flights', version: '1', from: 'edge' })),
      ).toContain('v1 of flights need not be registered at the target edge any more');
    await later();
    expect((await events()).at(-1)).toBe('target.synced');
    await repairing();
    await look();
    expect(restored).toEqual([2]);
  });

  it('is recorded as repaired once, whoever else presses before it is applied', async () => {
    await goLive(2);
    await look();
    shows = bad;
    await later();
    const answers = await Promise.all([repairing(), repairing(lead)]);
    const first = JSON.stringify(answers).includes('Lead asked for that first') ? 'lead' : by.id;
    const [repaired, ...others] = await audit.list({
      ...{ subject: targetId(of), action: 'target.repair' as const },
    });
    expect([repaired?.by, others]).toEqual([first, []]);
    // One who read its state before, and one who reads it now.
    expect(JSON.stringify(await repairing(first === 'lead' ? by : lead))).toContain(
      'asked for that first, so it is done once',
    );
    await look();
    shows = { stable: { version: 2 } };
    await later();
    await repairing(lead);
    const all = await audit.list({ subject: targetId(of), action: 'target.repair' });
    expect(all.map((one) => one.by)).toEqual(['lead', first]);
  });

  it('is repaired by one again when that was more than an hour ago', async () => {
    await goLive(2);
    await look();
    shows = bad;
    await later();
    for (let each = 0; each < 3; each += 1) await undo();
    clock.forward(3600);
    const repaired = done.length;
    await repairing();
    await look();
    expect(done).toHaveLength(repaired + 1);
  });
});

describe('a target that left the configuration', () => {
  const without = modelsOf([harness.spec]);
  const gone = (own: object = {}) => look({ retired: true }, { models: without, ...own });

  it('is told once to remove what it has', async () => {
    await goLive(1);
    await look();
    await look({}, { models: without }); // not asked for: another process may have a newer configuration
    for (const _ of [1, 2]) expect(await gone()).toBeUndefined();
    expect(done).toEqual(['apply edge', 'remove edge']);
    expect(await events()).toEqual(['target.apply', 'target.remove']);
    expect((await knownTargets.list()).filter((one) => one.environment === of.environment)).toEqual(
      [],
    );
    // It is sent again when the target comes back.
    await look();
    expect(done.at(-1)).toBe('apply edge');
  });

  it('keeps what is configured, whoever asks', async () => {
    await goLive(1);
    await look();
    await look({ retired: true });
    expect(done).toEqual(['apply edge']);
  });

  it('is told again after a crash, and forgotten then', async () => {
    await goLive(1);
    await look();
    const forget = () => Promise.reject(new Error('killed'));
    await gone({ knownTargets: { ...knownTargets, forget } });
    expect(await gone()).toBeUndefined();
    expect(done).toEqual(['apply edge', 'remove edge']);
    expect(await events()).toEqual(['target.apply', 'target.remove']);
  });

  it('that does not answer is told of once, and then that it did', async () => {
    await goLive(1);
    await look();
    broken = new Unreachable('Removing flights from the target edge: it answered 503.');
    for (const _ of [1, 2]) expect(await gone()).toBeInstanceOf(Error);
    expect(await shown()).toMatchObject({
      title: `flights in ${of.environment} was not removed from the target edge, which is no longer configured`,
      actions: [],
    });
    broken = undefined;
    await gone();
    expect(await events()).toEqual(['target.apply', 'target.failed', 'target.remove']);
    expect((await shown())?.title).toContain('was told to remove');
  });
});

describe('a target that has moved to another address', () => {
  const at = (url: string) =>
    modelsOf([{ ...harness.spec, targets: [{ ...edge, settings: { ...edge.settings, url } }] }]);
  const [old, other] = [at('https://old.example.com/a'), at('https://new.example.com/a')];
  const former = async () =>
    (await knownTargets.list()).find((one) => one.moved && one.environment === of.environment)?.spec
      .name ?? '';
  const retire = async (where: typeof old) =>
    look({ retired: true, target: await former() }, { models: where });
  const name = /^edge at old\.example\.com \([0-9a-f]{4}\)$/;

  it('gets what is live there, and the former address is told to remove it, which a card says', async () => {
    await goLive(1);
    for (const where of [old, old, other, other]) await look({}, { models: where });
    const told = [
      'apply edge → https://old.example.com/a',
      'apply edge → https://new.example.com/a',
    ];
    expect(done).toEqual(told);
    const target = await former();
    expect(target).toMatch(name);
    broken = new Unreachable('old.example.com does not answer.');
    expect(await retire(other)).toBeInstanceOf(Error);
    expect((await shown(target))?.title).toContain(`was not removed from the target ${target}`);
    broken = undefined;
    expect(await retire(other)).toBeUndefined();
    expect(done.at(-1)).toMatch(/^remove edge at old.* → https:\/\/old\.example\.com\/a$/);
    expect((await shown(target))?.title).toMatch(/is a former address: it was told to remove/);
    expect(await former()).toBe('');
    // What is live at the new address stays known.
    await look({}, { models: other });
    expect(done.length).toBe(3);
  });

  it('says so also if nothing went wrong before', async () => {
    await goLive(1);
    for (const where of [old, other]) await look({}, { models: where });
    const target = await former();
    await retire(other);
    const [placed] = await harness.outbox.copies(
      `target:${deriveId('target', `target:flights/${of.environment}/${target}`, 0)}`,
    );
    expect(placed).toBeDefined();
  });

  it('keeps what it has at the former address if it moves back first', async () => {
    await goLive(1);
    for (const where of [old, other, old]) await look({}, { models: where });
    expect(done.at(-1)).toBe('apply edge → https://old.example.com/a');
    const rows = (await knownTargets.list()).filter(
      (one) => one.moved && one.environment === of.environment,
    );
    for (const { spec } of rows) await look({ retired: true, target: spec.name }, { models: old });
    expect(done.filter((one) => one.startsWith('remove'))).toEqual([
      expect.stringContaining('https://new.example.com/a'),
    ]);
  });

  it('is remembered by a worker that dies before it is told at the new address', async () => {
    await goLive(1);
    await look({}, { models: old });
    broken = new Unreachable('the worker dies');
    expect(await look({}, { models: other })).toBeInstanceOf(Error);
    broken = undefined;
    expect(await former()).toMatch(name);
    await look({}, { models: other });
    expect(done.at(-1)).toBe('apply edge → https://new.example.com/a');
  });
});

describe('/adopt', () => {
  const seen = async (state: ObservedState) => {
    await goLive(2);
    await look();
    shows = state;
    await later();
  };
  const ask = (version: number, from = 'edge') =>
    call(adopt, { model: 'flights', version: String(version), from });
  const requests = async () =>
    (await approvals.list({ model: 'flights', statuses: ['checking'] })).filter(
      ({ environment }) => environment === of.environment,
    );

  it('is offered, and asks as any promotion does, for what was seen', async () => {
    await seen({ stable: { version: 1, artifact: await artifactOf(1) } });
    expect((await shown())?.actions?.[1]).toEqual({
      ...{ label: 'Adopt v1', command: 'adopt' },
      argument: `flights 1 --from edge --in ${of.environment}`,
    });
    await ask(1);
    const [request, ...others] = await requests();
    expect(others).toEqual([]);
    expect(request).toMatchObject({ version: 1, requestedBy: 'dev', status: 'checking' });
    expect(harness.queued.at(-1)).toEqual({
      ...{ name: 'request-promotion', payload: { approval: request?.id } },
    });
    const [event] = await audit.list({ subject: request?.id ?? '' });
    expect(event).toMatchObject({
      action: 'target.adopt',
      after: { target: targetId(of), version: 1, artifact: await artifactOf(1) },
    });
    // It makes nothing live and sends nothing.
    expect((await deployments.live('flights', of.environment))?.version).toBe(2);
    expect(done).toEqual(['apply edge']);
    await expect(ask(1)).rejects.toThrow(/already/);
  });

  it.each<[string, ObservedState, RegExp]>([
    ['a version that is not registered', { stable: { version: 9 } }, /no version 9|v9/],
    [
      'another file under its number',
      { stable: { version: 1, artifact: 'b'.repeat(64) } },
      /cannot be adopted: it serves another model file \(bbbbbbbbbbbb\) under the number of flights v1/,
    ],
    ['nothing', { stable: null }, /no one version to adopt/],
    ['what is not ours', { stable: { version: 'their 3' } }, /no one version to adopt/],
    [
      'servers that differ',
      {
        stable: { version: 1 },
        servers: [
          { name: 'a', stable: { version: 1 } },
          { name: 'b', stable: null },
        ],
      },
      /no one version to adopt/,
    ],
  ])('refuses %s, and does not offer it', async (_, state, words) => {
    await seen(state);
    expect((await shown())?.actions).toHaveLength(1);
    await expect(
      ask(typeof state.stable?.version === 'number' ? state.stable.version : 1),
    ).rejects.toThrow(words);
    expect(await requests()).toEqual([]);
  });

  it('refuses what is not there any more, and what was never seen', async () => {
    await expect(ask(1)).rejects.toThrow(/nothing to adopt/);
    await seen({ stable: { version: 9 } });
    await expect(ask(1)).rejects.toThrow('was last seen with v9, not with v1');
    shows = { stable: { version: 2 } };
    await later();
    await expect(ask(1)).rejects.toThrow(/nothing to adopt/);
    await expect(ask(1, 'egde')).rejects.toThrow(/no target "egde".*edge/);
    expect(await requests()).toEqual([]);
  });
});
