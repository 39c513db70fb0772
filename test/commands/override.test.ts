import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { peopleOf } from '../../config/people.ts';
import type { JudgedGate } from '../../src/core/judged-gate.ts';
import { isFailed } from '../../src/core/judged-gate.ts';
import type { Evidence } from '../../src/core/ports/approvals.ts';
import { judgeOverride, withOverride } from '../../src/release/override.ts';
import { openDesk } from './desk.ts';

const gate = (name: string, passed: boolean, more: Partial<JudgedGate> = {}): JudgedGate => ({
  ...{ name, passed, words: `${name}.`, gate: name, ...more },
});
const SMOKE = gate('smoke test', true, { gate: 'smoke', firm: true });
const SLICE = gate('worst slice', false, { gate: 'slices' });
const SIZE = gate('model size', false, { gate: 'size' });
const evidenceOf = (...gates: JudgedGate[]): Evidence => ({
  ...{ artifact: 'a'.repeat(64), gates, metrics: { auc: 0.7 }, digest: 'e'.repeat(64) },
});

let desk: Awaited<ReturnType<typeof openDesk>>;
beforeAll(async () => {
  desk = await openDesk();
});
afterAll(() => desk.close());

let made = 0;
async function refused(evidence: Evidence | undefined = evidenceOf(SMOKE, SLICE)) {
  made += 1;
  const { number: version } = await desk.addVersion(`run-${made}`);
  const { approvals } = desk.registry;
  const where = { model: 'flights', version, environment: 'production' };
  const { id } = await approvals.request({
    ...{ id: `approval-${made}`, ...where, requestedBy: 'dev', needed: 1 },
  });
  await approvals.refuse(id, evidence, 'worst slice. Nothing was deployed.');
  return { id, version };
}
const title = async (user: string, line: string) => (await desk.say(user, line)).card.title;
const WHY = '--reason "the terminal moved in May"';

describe('/override', () => {
  it('is refused without the right, and changes nothing', async () => {
    const { id } = await refused();
    const before = await desk.everything();
    for (const user of ['dev', 'lead'])
      expect(await title(user, `override ${id} "worst slice" ${WHY}`)).toMatch(
        /requires the admin role/,
      );
    const changed = (await desk.everything()).includes('gate.override');
    expect(changed).toBe(false);
    expect(await desk.registry.approvals.get(id)).toMatchObject({ status: 'refused' });
    expect(before).not.toContain('gate.override');
  });

  it('needs a reason', async () => {
    const { id } = await refused();
    expect(await title('ops', `override ${id} "worst slice"`)).toMatch(/"reason" is missing/);
    expect(await title('ops', `override ${id} "worst slice" --reason " "`)).toMatch(/few words/);
  });

  it('has the request judged again, with the override in it and no vote', async () => {
    const { id, version } = await refused();
    const reply = await desk.say('ops', `override ${id} "Worst Slice" ${WHY}`);
    expect(reply).toMatchObject({ subject: `approval:${id}`, outcome: 'checking' });
    const request = await desk.registry.approvals.get(id);
    expect(request).toMatchObject({
      ...{ status: 'checking', votes: [], revision: 1 },
      override: { gate: 'worst slice', by: 'ops', reason: 'the terminal moved in May' },
    });
    expect(request.evidence).toBeUndefined();
    expect(desk.queued).toContainEqual({ job: 'request-promotion', payload: { approval: id } });
    const recorded = { action: 'gate.override', by: 'ops', environment: 'production' };
    expect(await desk.registry.audit.list({ subject: id })).toMatchObject([
      { ...recorded, after: { version, gate: 'worst slice', reason: 'the terminal moved in May' } },
    ]);
    // Repeated after a lost answer, it is the same override.
    await desk.say('ops', `override ${id} "worst slice" ${WHY}`);
    expect(await desk.registry.audit.list({ subject: id })).toHaveLength(1);
    expect(reply.card.facts).toContainEqual({
      ...{ label: 'Override of worst slice' },
      value: 'Overridden by ops: the terminal moved in May.',
    });
    const second = await title('ops', `override ${id} "model size" --reason "also"`);
    expect(second).toContain('was already overridden by ops, and a request has one override');
  });

  it('leaves the approval to somebody else, and the rejection to everybody', async () => {
    const { id } = await refused();
    await desk.say('ops', `override ${id} "worst slice" ${WHY}`);
    const expires = new Date(desk.clock.now().getTime() + 3_600_000);
    await desk.registry.approvals.open(id, evidenceOf(SMOKE, SLICE), expires);
    expect(await title('ops', `approve ${id}`)).toMatch(
      /^You overrode a gate of flights v\d+ in this request, so your approval does not count\./,
    );
    expect((await desk.registry.approvals.get(id)).votes).toEqual([]);
    await desk.say('ops', `reject ${id} --reason "it was a mistake"`);
    expect(await desk.registry.approvals.get(id)).toMatchObject({ status: 'rejected' });
  });

  it('is one of two that come at once', async () => {
    const { id } = await refused(evidenceOf(SMOKE, SLICE, SIZE));
    const titles = await Promise.all(
      ['"worst slice" --reason one', 'size --reason two'].map((words) =>
        title('ops', `override ${id} ${words}`),
      ),
    );
    const lost = titles.filter((one) => /at the same moment|already overridden/.test(one));
    expect(lost).toHaveLength(1);
    expect(await desk.registry.audit.list({ subject: id })).toHaveLength(1);
  });

  it('does not reopen a request while another one for the version is open', async () => {
    const { id, version } = await refused();
    const where = { model: 'flights', version, environment: 'production' };
    await desk.registry.approvals.request({
      ...{ id: `${id}-again`, ...where, requestedBy: 'dev', needed: 1 },
    });
    expect(await title('ops', `override ${id} slices ${WHY}`)).toMatch(/Nothing was overridden/);
    expect(await desk.registry.approvals.get(id)).toMatchObject({ status: 'refused' });
  });

  it('leaves a version alone that is live already', async () => {
    const { id, version } = await refused();
    const { artifact } = await desk.registry.versions.resolve('flights', String(version));
    await desk.goLive(version, artifact.sha256);
    expect(await title('ops', `override ${id} slices ${WHY}`)).toMatch(/is live in production/);
  });

  it('asks for the role in the environment of the request', async () => {
    const { id } = await refused();
    const { people } = desk.world;
    const roles = { production: 'operator' as const };
    const ops = { name: 'Ops', role: 'admin' as const, roles, identities: {} };
    Object.defineProperty(desk.world, 'people', {
      value: peopleOf({ ops }, {}),
      configurable: true,
    });
    expect(await title('ops', `override ${id} slices ${WHY}`)).toMatch(/requires the admin role/);
    Object.defineProperty(desk.world, 'people', { value: people, configurable: true });
  });
});

describe('release/override', () => {
  const request = {
    ...{ id: 'approval-1', model: 'flights', version: 7, status: 'refused' as const },
    evidence: evidenceOf(SMOKE, SLICE, SIZE),
  };
  const why = (named: string, change: object = {}) => {
    const ruling = judgeOverride({ ...request, ...change }, named);
    return 'why' in ruling ? ruling.why : ruling.gate.name;
  };

  it('finds the gate by its name or its kind', () => {
    expect(why('worst slice')).toBe('worst slice');
    expect(why(' SIZE ')).toBe('model size');
    expect(why('auc')).toBe('approval-1 has no gate "auc".');
    const two = evidenceOf(
      gate('AUC', false, { gate: 'metric' }),
      gate('Brier', false, { gate: 'metric' }),
    );
    expect(why('metric', { evidence: two })).toContain('are several gates');
    expect(why('brier', { evidence: two })).toBe('Brier');
  });

  it('refuses what passed, and every status but refused', () => {
    expect(why('smoke test')).toContain('did not fail');
    for (const status of ['checking', 'open', 'approved', 'rejected', 'expired'])
      expect(why('worst slice', { status })).toContain(`approval-1 is ${status}`);
    expect(why('worst slice', { evidence: undefined })).toContain('no gate to override');
  });

  it('lets nobody past the smoke test and the lineage of the bytes, by whatever name', () => {
    const bytes = gate('lineage of the bytes', false, { gate: 'lineage', firm: true });
    const old = { name: 'smoke test', passed: false, words: 'It does not load.' };
    for (const firm of [{ ...SMOKE, passed: false }, bytes, old]) {
      const evidence = evidenceOf(firm, SLICE);
      expect(why(firm.name, { evidence })).toContain('may not be overridden by anyone');
      expect(why('worst slice', { evidence })).toContain('which nobody may override');
      const order = { gate: firm.name, by: 'ops', reason: 'x', at: new Date(0), revision: 1 };
      expect(withOverride([firm], order).map(isFailed)).toEqual([true]);
    }
  });

  it('is applied to that gate alone, and only while it fails', () => {
    const order = { gate: 'worst slice', by: 'ops', reason: 'x', at: new Date(0), revision: 1 };
    expect(withOverride([SMOKE, SLICE, SIZE], order).map(isFailed)).toEqual([false, false, true]);
    const passes = { ...SLICE, passed: true };
    expect(withOverride([passes], order)).toEqual([passes]);
  });
});
