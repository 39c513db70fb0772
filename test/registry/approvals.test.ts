import { afterAll, describe, expect, it } from 'vitest';
import { inWords, NotFound, Refused } from '../../src/core/errors.ts';
import type { ApprovalDraft, Evidence, Vote } from '../../src/core/ports/approvals.ts';
import { openLibrary } from './server.ts';

const library = await openLibrary();
afterAll(() => library.close());
const { clock } = library;
const { approvals } = library.registry;

const evidence: Evidence = {
  artifact: 'a'.repeat(64),
  gates: [{ name: 'auc', passed: true, words: 'auc 0.70 is at least 0.65' }],
  metrics: { 'recall@0.5': 0.3 },
  comparison: { delta: 0.01, interval: [0.002, 0.018] },
  champion: 1,
  digest: 'e'.repeat(64),
};
const expiry = new Date('2026-03-02T09:00:00Z');

let made = 0;
function draft(given: Partial<ApprovalDraft> = {}): ApprovalDraft {
  made += 1;
  return {
    id: `approval-${made}`,
    model: 'flights',
    version: made,
    environment: 'production',
    requestedBy: 'ada',
    needed: 2,
    ...given,
  };
}

async function opened(given?: Partial<ApprovalDraft>) {
  const { id } = await approvals.request(draft(given));
  const approval = await approvals.open(id, evidence, expiry);
  if (!approval) throw new Error('it should have opened');
  return approval;
}

function vote(person: string, verdict: Vote['verdict'] = 'approve'): Vote {
  return { person, verdict, at: clock.forward(1), via: 'web' };
}

describe('registry/approvals', () => {
  it('keeps a request, and gives the same again for its id', async () => {
    const asked = draft();
    const approval = await approvals.request(asked);
    expect(approval).toEqual({
      ...asked,
      status: 'checking',
      votes: [],
      revision: 0,
      createdAt: clock.now(),
    });
    expect(await approvals.request({ ...asked, requestedBy: 'bob' })).toEqual(approval);
  });

  it('refuses a second request while one waits, and names it', async () => {
    const { id, version } = await approvals.request(draft());
    const second = approvals.request(draft({ version }));
    await expect(second).rejects.toThrow(Refused);
    expect(await second.catch(inWords)).toBe(
      `flights v${version} is already waiting for production: ${id}. Vote on that request, or wait until it is decided.`,
    );
    await approvals.request(draft({ version, environment: 'staging' }));
    await approvals.refuse(id, undefined, 'a gate said no');
    await approvals.request(draft({ version }));
  });

  it('lets one of several requests at once through', async () => {
    const version = 1000;
    const results = await Promise.allSettled(
      Array.from({ length: 6 }, () => approvals.request(draft({ version }))),
    );
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const result of results)
      if (result.status === 'rejected') expect(result.reason).toBeInstanceOf(Refused);
  });

  it('changes only from its current state', async () => {
    const { id } = await approvals.request(draft());
    expect(await approvals.vote(id, vote('ada'))).toBeUndefined();
    expect(await approvals.open(id, evidence, expiry)).toMatchObject({
      status: 'open',
      evidence,
      expiresAt: expiry,
    });
    expect(await approvals.open(id, evidence, expiry)).toBeUndefined();
    expect(await approvals.refuse(id, evidence, 'too late')).toBeUndefined();
    await expect(approvals.markDeployed(id, 'deployment-1')).rejects.toThrow(Refused);
    const decided = await approvals.decide(await approvals.get(id), 'approved', 'two said yes');
    expect(decided).toMatchObject({
      status: 'approved',
      reason: 'two said yes',
      decidedAt: clock.now(),
    });
    expect(await approvals.vote(id, vote('ada'))).toBeUndefined();
    expect(await approvals.withdraw(id, vote('ada'))).toBeUndefined();
    await approvals.markDeployed(id, 'deployment-1');
    await approvals.markDeployed(id, 'deployment-1');
    expect(await approvals.get(id)).toEqual({ ...decided, deployment: 'deployment-1' });
  });

  it('keeps why a gate refused it', async () => {
    const { id } = await approvals.request(draft());
    const refused = await approvals.refuse(id, evidence, 'auc 0.60 is below 0.65');
    expect(refused).toMatchObject({ status: 'refused', evidence, decidedAt: clock.now() });
  });

  it('keeps one vote a person, oldest first', async () => {
    const { id } = await opened();
    const [first, second] = [vote('zoe'), vote('bob-2', 'reject')];
    await approvals.vote(id, first);
    expect(await approvals.vote(id, second)).toMatchObject({
      votes: [first, second],
      revision: 2,
    });
    const changed = vote('zoe', 'reject');
    expect(await approvals.vote(id, changed)).toMatchObject({
      votes: [second, changed],
      revision: 3,
    });
    expect(await approvals.withdraw(id, second)).toMatchObject({ votes: [changed], revision: 4 });
    expect(await approvals.withdraw(id, second)).toMatchObject({ votes: [changed], revision: 4 });
    // Another vote of theirs is not the one that was to be withdrawn.
    expect(await approvals.withdraw(id, first)).toBeUndefined();
    expect((await approvals.get(id)).votes).toEqual([changed]);
  });

  it('loses none of many votes at once', async () => {
    const { id } = await opened();
    const people = Array.from({ length: 12 }, (_, n) => `person_${n}`);
    await Promise.all(people.map((person) => approvals.vote(id, vote(person))));
    const { votes, revision } = await approvals.get(id);
    expect(votes.map(({ person }) => person).sort()).toEqual(people.sort());
    expect(revision).toBe(12);
  });

  it('decides only on the votes that were seen', async () => {
    const seen = await opened();
    await approvals.vote(seen.id, vote('bob', 'reject'));
    expect(await approvals.decide(seen, 'expired', 'nobody came')).toBeUndefined();
    const fresh = await approvals.get(seen.id);
    const verdicts = await Promise.all([
      approvals.decide(fresh, 'approved', 'yes'),
      approvals.decide(fresh, 'rejected', 'no'),
    ]);
    expect(verdicts.filter((approval) => approval !== undefined)).toHaveLength(1);
  });

  it('does not let a person’s ID reach another field', async () => {
    const { id } = await opened();
    await expect(approvals.vote(id, vote('ada.verdict'))).rejects.toThrow(
      'is not the id of a person',
    );
    await expect(approvals.withdraw(id, vote(''))).rejects.toThrow('is not the id of a person');
  });

  it('lists the newest first, by model and status', async () => {
    const model = 'listed';
    const first = await opened({ model });
    clock.forward(1);
    const second = await approvals.request(draft({ model }));
    const ids = async (filter: Parameters<typeof approvals.list>[0]) =>
      (await approvals.list(filter)).map(({ id }) => id);
    expect(await ids({ model })).toEqual([second.id, first.id]);
    expect(await ids({ model, limit: 1 })).toEqual([second.id]);
    expect(await ids({ model, statuses: ['open', 'approved'] })).toEqual([first.id]);
  });

  it('says that an approval is not there', async () => {
    await expect(approvals.get('approval-none')).rejects.toThrow(NotFound);
    await expect(approvals.vote('approval-none', vote('ada'))).rejects.toThrow(NotFound);
  });
});
