import { afterAll, describe, expect, it } from 'vitest';
import { NotFound, Refused } from '../../src/core/errors.ts';
import type { Json } from '../../src/core/json.ts';
import type { AlertDraft, Finding } from '../../src/core/ports/alerts.ts';
import { openLibrary } from './server.ts';

const library = await openLibrary();
afterAll(() => library.close());
const { clock } = library;
const { alerts, findings } = library.registry;

const FLIGHTS = { model: 'flights', environment: 'production' };
const STAGING = { ...FLIGHTS, environment: 'staging' };
const day = (n: number) => new Date(Date.UTC(2001, 0, n));
const daily = (n: number) => ({ from: day(n), to: day(n + 1) });

function draft(id: string, given: Partial<AlertDraft> = {}): AlertDraft {
  return {
    id,
    ...FLIGHTS,
    monitor: 'drift',
    kind: 'drift',
    version: 1,
    severity: 'warn',
    grade: 'inform',
    window: daily(1),
    signals: ['dep.delay'],
    sizes: [0.23],
    evidence: { psi: { 'dep.delay': 0.23, $hour: 0.1 } },
    pictures: [{ sha256: 'p'.repeat(64), alt: 'a curve', width: 720, height: 360 }],
    ...given,
  };
}

describe('registry/alerts', () => {
  it('raises one, and refreshes it while it is not resolved', async () => {
    const first = draft('alert-1');
    const openedAt = clock.now();
    const told = { signals: ['dep.delay'], size: 0.23 };
    const raised = { ...first, status: 'open', openedAt, newest: daily(1), windows: 1, told };
    const { foundAt, parts, ...lead } = (await alerts.raise(first)).alert;
    expect(lead).toEqual(raised);
    expect({ foundAt, parts }).toMatchObject({
      foundAt: openedAt,
      parts: [{ monitor: 'drift', told }],
    });
    clock.forward(3600);
    const worse = draft('alert-2', { severity: 'alert', window: daily(2), evidence: null });
    const refreshed = {
      ...{ ...raised, severity: 'alert', evidence: null },
      window: { from: day(1), to: day(3) },
      newest: daily(2),
      windows: 2,
    };
    expect(await alerts.raise(worse)).toMatchObject({ alert: refreshed, fresh: false });
    // The same window again, as after a crash, is not counted twice.
    expect(await alerts.raise(worse)).toMatchObject({ alert: refreshed, fresh: false });
    expect(await alerts.current(FLIGHTS, 'drift')).toMatchObject(refreshed);
    await expect(alerts.get('alert-2')).rejects.toThrow(NotFound);
  });

  it('keeps what is newer when an older window reports late', async () => {
    const before = await alerts.get('alert-1');
    const late = draft('alert-0', { window: daily(0), evidence: 'old news' });
    expect(await alerts.raise(late)).toEqual({ alert: before, fresh: false });
  });

  it('reports a new alert again to the attempt that opened it', async () => {
    const monitor = 'retried';
    await alerts.raise(draft('alert-retried', { monitor }));
    expect(await alerts.raise(draft('alert-retried', { monitor }))).toMatchObject({ fresh: true });
  });

  it('opens one of several at once', async () => {
    const monitor = 'at-once';
    const raised = await Promise.all(
      Array.from({ length: 6 }, (_, n) => alerts.raise(draft(`alert-at-once-${n}`, { monitor }))),
    );
    expect(new Set(raised.map(({ alert }) => alert.id)).size).toBe(1);
    expect(raised.filter(({ fresh }) => fresh)).toHaveLength(1);
  });

  it('remains after its version is replaced, and records each message once', async () => {
    const monitor = 'told';
    const { alert } = await alerts.raise(draft('alert-told', { monitor, version: 2 }));
    const live = { version: 1, deployment: 'deployment-1' };
    const carried = { from: 2, deployment: 'deployment-1' };
    expect(await alerts.carry(alert.id, 2, live)).toMatchObject({ ...live, carried });
    expect(await alerts.carry(alert.id, 2, live)).toBeUndefined();
    const later = draft('alert-later', { monitor, version: 1, window: daily(2) });
    expect((await alerts.raise(later)).alert).toMatchObject({ id: 'alert-told', version: 1 });
    const told = { signals: ['dep.delay', 'hour'], size: 0.5 };
    expect(await alerts.tell(alert.id, monitor, alert.told, told)).toMatchObject({ told });
    expect(await alerts.tell(alert.id, monitor, alert.told, told)).toBeUndefined();
    await alerts.resolve(alert.id);
    expect(await alerts.carry(alert.id, 1, live)).toBeUndefined();
  });

  it('is acknowledged by the first, and resolved once', async () => {
    expect(await alerts.acknowledge('alert-1', 'ada')).toMatchObject({
      status: 'acknowledged',
      acknowledgedBy: 'ada',
    });
    expect(await alerts.acknowledge('alert-1', 'bob')).toMatchObject({ acknowledgedBy: 'ada' });
    expect((await alerts.raise(draft('alert-3', { window: daily(3) }))).fresh).toBe(false);
    expect(await alerts.resolve('alert-1')).toMatchObject({
      status: 'resolved',
      resolvedAt: clock.now(),
    });
    expect(await alerts.resolve('alert-1')).toBeUndefined();
    expect(await alerts.current(FLIGHTS, 'drift')).toBeUndefined();
    await expect(alerts.acknowledge('alert-1', 'bob')).rejects.toThrow(Refused);
    await expect(alerts.resolve('alert-none')).rejects.toThrow(NotFound);
  });

  it('raises a new one after the old was resolved, and not the old one again', async () => {
    expect(await alerts.raise(draft('alert-1'))).toMatchObject({
      alert: { id: 'alert-1', status: 'resolved' },
      fresh: false,
    });
    expect(await alerts.raise(draft('alert-4', { window: daily(4) }))).toMatchObject({
      alert: { id: 'alert-4' },
      fresh: true,
    });
  });

  it('lists the newest first, resolved ones on demand', async () => {
    const model = 'listed';
    await alerts.raise(draft('listed-1', { model }));
    await alerts.resolve('listed-1');
    clock.forward(1);
    await alerts.raise(draft('listed-2', { model }));
    const ids = async (filter: Parameters<typeof alerts.list>[0]) =>
      (await alerts.list(filter)).map(({ id }) => id);
    expect(await ids({ model })).toEqual(['listed-2']);
    expect(await ids({ model, includeResolved: true })).toEqual(['listed-2', 'listed-1']);
    expect(await ids({ model, includeResolved: true, limit: 1 })).toEqual(['listed-2']);
  });
});

describe('registry/alerts of several monitors', () => {
  const joins = { belongsTo: () => true };
  const found = (model: string, monitor: string, given: Partial<AlertDraft> = {}) =>
    draft(`${model}-${monitor}`, { model, monitor, ...given });
  const monitorsOf = ({ parts }: { parts: readonly { monitor: string }[] }) =>
    parts.map(({ monitor }) => monitor);

  it('become one, however many find it at once', async () => {
    const names = ['a', 'b', 'c', 'd', 'e', 'f'];
    const raised = await Promise.all(
      names.map((name) => alerts.raise(found('together', name), joins)),
    );
    const [one, ...more] = await alerts.list({ model: 'together' });
    expect(more).toEqual([]);
    expect(one && monitorsOf(one).toSorted()).toEqual(names);
    expect(raised.filter(({ fresh }) => fresh)).toHaveLength(1);
    // Only what opened it was reported.
    expect(one?.parts.map(({ told }) => told !== undefined)).toEqual([
      true,
      ...Array(5).fill(false),
    ]);
  });

  it('are one each if they have nothing in common, and each goes on with its own', async () => {
    await Promise.all(['a', 'b', 'c'].map((name) => alerts.raise(found('apart-by-cause', name))));
    await alerts.raise(found('apart-by-cause', 'b', { id: 'later', window: daily(2) }), joins);
    const open = await alerts.list({ model: 'apart-by-cause' });
    expect(open.map(({ monitor, windows }) => [monitor, windows]).toSorted()).toEqual([
      ['a', 1],
      ['b', 2],
      ['c', 1],
    ]);
  });

  it('lets a loss lead, and end what people did about less', async () => {
    const model = 'worse';
    const { alert } = await alerts.raise(found(model, 'drift'));
    await alerts.acknowledge(alert.id, 'ada');
    await alerts.snooze(alert.id, { by: 'ada', at: clock.now() });
    const escalateAt = new Date(clock.now().getTime() + 1000);
    const loss = found(model, 'auc', { grade: 'harm', kind: 'performance' });
    const joined = (await alerts.raise(loss, { ...joins, escalateAt })).alert;
    expect(joined).toMatchObject({
      ...{ id: alert.id, status: 'open', monitor: 'auc', kind: 'performance', grade: 'harm' },
      escalation: { due: escalateAt },
    });
    expect(joined).not.toHaveProperty('acknowledgedBy');
    expect(joined).not.toHaveProperty('snooze');
    // The second loss is not worse than the first.
    await alerts.acknowledge(alert.id, 'bob');
    const guess = found(model, 'guess', { grade: 'harm', kind: 'estimated' });
    expect((await alerts.raise(guess, joins)).alert).toMatchObject({ acknowledgedBy: 'bob' });
    // Over: nobody is called, and the remaining drift is shown first.
    const calm = await alerts.fine(alert.id, ['auc', 'guess']);
    expect(calm).toMatchObject({ monitor: 'drift', grade: 'harm' });
    expect(calm).not.toHaveProperty('escalation');
    // A loss that returns is unacknowledged, whoever acknowledged or was called about the last one.
    const back = { ...loss, id: 'worse-auc-2', window: daily(6) };
    expect((await alerts.raise(back, { ...joins, escalateAt })).alert).toMatchObject({
      ...{ id: alert.id, status: 'open', monitor: 'auc', escalation: { due: escalateAt } },
    });
  });

  it('counts a monitor that finds it again, which the thread is told', async () => {
    const model = 'again';
    const { alert } = await alerts.raise(found(model, 'drift'));
    await alerts.raise(found(model, 'data'), joins);
    await alerts.fine(alert.id, ['drift']);
    expect(await alerts.current({ ...FLIGHTS, model }, 'drift')).toMatchObject({ id: alert.id });
    await alerts.toldFine(alert.id, 'drift');
    const back = found(model, 'drift', { id: 'again-2', window: daily(5) });
    const { parts } = (await alerts.raise(back, joins)).alert;
    expect(parts[0]).toMatchObject({ monitor: 'drift', windows: 2, window: { from: day(1) } });
    for (const key of ['over', 'told']) expect(parts[0]).not.toHaveProperty(key);
    // Without a common cause it is another alert, although the monitor is part of the first one.
    await alerts.fine(alert.id, ['drift']);
    const other = found(model, 'drift', { id: 'again-3', window: daily(9) });
    expect((await alerts.raise(other)).alert.id).toBe('again-3');
    expect(await alerts.current({ ...FLIGHTS, model }, 'drift')).toMatchObject({ id: 'again-3' });
  });

  it('loses nothing if one joins while another finds it fine', async () => {
    for (let n = 0; n < 8; n += 1) {
      const model = `race-${n}`;
      const { alert } = await alerts.raise(found(model, 'drift'));
      const belongsTo = (one: typeof alert) => one.parts.some(({ over }) => !over);
      const [, joined] = await Promise.all([
        alerts.fine(alert.id, ['drift']),
        alerts.raise(found(model, 'data'), { belongsTo }),
      ]);
      const after = await alerts.get(alert.id);
      expect(after.parts[0]?.over).toBeDefined();
      // Either in time, or a separate alert.
      expect(joined.alert.id === alert.id ? monitorsOf(after) : monitorsOf(joined.alert)).toContain(
        'data',
      );
    }
  });
});

it('registry/alerts are those of one environment', async () => {
  const model = 'apart';
  await alerts.raise(draft('apart-1', { model }));
  const staging = { ...STAGING, model };
  expect(await alerts.current(staging, 'drift')).toBeUndefined();
  expect((await alerts.raise(draft('apart-2', staging))).fresh).toBe(true);
  await alerts.resolve('apart-2');
  const open = await alerts.list({ model });
  expect(open).toMatchObject([{ id: 'apart-1', environment: 'production' }]);
  expect(await alerts.list({ model, environment: 'staging' })).toEqual([]);
});

describe('registry/findings', () => {
  const DRIFT = { monitor: 'flights/drift', environment: 'production' };
  const finding = (n: number, version = 1): Finding => ({
    ...DRIFT,
    version,
    window: daily(n),
    status: n % 2 ? 'ok' : 'warn',
    signals: n % 2 ? [] : ['dep.delay'],
    detail: { psi: { 'dep.delay': 0.05 * n } },
    at: clock.now(),
  });

  it('writes a window once, and gives the newest first', async () => {
    for (const n of [2, 1, 3, 2]) await findings.add(finding(n));
    await findings.add({ ...finding(2), status: 'alert' });
    await findings.add(finding(2, 2));
    expect(await findings.recent(DRIFT, 1, 2)).toEqual([finding(3), finding(2)]);
    expect(await findings.recent(DRIFT, undefined, 10)).toHaveLength(4);
    expect(await findings.recent({ ...DRIFT, monitor: 'other' }, undefined, 10)).toEqual([]);
    const staging = { ...finding(2), environment: 'staging' };
    await findings.add(staging);
    expect(await findings.recent(staging, undefined, 10)).toEqual([staging]);
    expect(await findings.recent(DRIFT, undefined, 10)).toHaveLength(4);
  });

  it('updates a finding, unless a later one exists', async () => {
    const watched = { ...finding(1), monitor: 'flights/revised' };
    await findings.add(watched);
    const later = { ...watched, status: 'alert' as const, signals: ['Brier score'], detail: 2 };
    const at = (seconds: number) => new Date(watched.at.getTime() + seconds * 1000);
    await findings.revise({ ...later, at: at(60) });
    await findings.revise({ ...watched, at: at(30) });
    expect(await findings.recent(watched, 1, 9)).toEqual([{ ...later, at: at(60) }]);
    await findings.revise({ ...watched, window: daily(7), at: at(90) });
    expect(await findings.recent(watched, 1, 9)).toHaveLength(1);
  });

  it('hands out the state after the newest window until then', async () => {
    const watched = { ...DRIFT, monitor: 'flights/stateful' };
    const stateful = (n: number, state?: Json): Finding => ({
      ...finding(n),
      ...watched,
      ...(state !== undefined && { state }),
    });
    for (const one of [stateful(1), stateful(2, { sums: [0.5, 1e-9] }), stateful(3, [3])])
      await findings.add(one);
    expect(await findings.stateAt(watched, 1, daily(1).to)).toBeUndefined();
    expect(await findings.stateAt(watched, 1, daily(2).to)).toEqual({ sums: [0.5, 1e-9] });
    expect(await findings.stateAt(watched, 1, daily(9).to)).toEqual([3]);
    expect(await findings.stateAt(watched, 2, daily(9).to)).toBeUndefined();
    // It is large, and lists do not need it.
    expect(await findings.recent(watched, 1, 1)).toEqual([stateful(3)]);
  });
});
