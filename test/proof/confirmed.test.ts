import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { modelsOf } from '../../config/models.ts';
import { peopleOf } from '../../config/people.ts';
import { digestOfEvidence } from '../../src/core/evidence.ts';
import type { Approval, Vote } from '../../src/core/ports/approvals.ts';
import { openPrivateKey } from '../../src/proof/key-files.ts';
import { heardVote } from '../../src/proof/receipt.ts';
import { openWitness } from '../../src/proof/witness.ts';
import { askedNow, judge } from '../../src/release/policy.ts';
import { flights } from '../training/spec.ts';

const dir = await mkdtemp(join(tmpdir(), 'wheelhouse-confirmed-'));
const witness = await openWitness(dir);
const key = await openPrivateKey(dir, 'witness');
const models = modelsOf([
  { ...flights, approval: { needed: 1, expiresHours: 1, confirm: 'direct-message' } },
]);
const people = peopleOf(
  {
    dev: { name: 'Dev', role: 'operator', identities: { slack: 'UDEV' } },
    lead: { name: 'Lead', role: 'approver', identities: { slack: 'ULEAD' } },
  },
  {},
);

const evidence = { artifact: 'a'.repeat(64), gates: [], metrics: { auc: 0.7 } };
const request: Approval = {
  ...{ id: 'approval-1', model: 'flights', version: 2, environment: 'production' },
  ...{ requestedBy: 'dev', status: 'open', needed: 1, votes: [], revision: 0 },
  ...{ evidence: { ...evidence, digest: digestOfEvidence(evidence) }, createdAt: new Date(0) },
};
const cast = {
  by: { platform: 'slack', user: 'ULEAD' },
  from: { platform: 'slack', channel: 'C1' },
};
const AT = new Date('2026-11-02T08:00:00Z');
const LATER = new Date('2026-11-02T08:01:00Z');
const unsigned: Vote = {
  ...{ person: 'lead', verdict: 'approve', at: AT, via: 'slack', cast },
  asked: askedNow(request, { models, endpoint: {} }),
};
const vote: Vote = { ...unsigned, receipt: witness.receipt(request, unsigned) };
const ruled = (one: Vote) => judge({ ...request, votes: [one] }, { people, models, endpoint: {} });
const heard = (one: Vote) => heardVote(request, one, [key]);

describe('a vote that must be confirmed', () => {
  it('does not count before, and says why; a rejection needs no confirmation', () => {
    expect(ruled(vote)).toMatchObject({
      status: 'waits',
      notCounted: [{ code: 'unconfirmed', why: expect.stringContaining('direct message') }],
    });
    expect(ruled({ ...vote, verdict: 'reject' }).status).toBe('rejected');
  });

  it('counts when it is, also at the switch, which reads only what was signed', () => {
    const said = { ...vote, confirmedAt: LATER };
    const confirmed = { ...said, receipt: witness.confirmed(request, said) };
    expect(ruled(confirmed).status).toBe('approved');
    expect(ruled(heard(confirmed)).status).toBe('approved');
    expect(heard(confirmed).confirmedAt).toEqual(LATER);
  });

  it('is not confirmed by an edited database', () => {
    expect(ruled(heard({ ...vote, confirmedAt: LATER })).status).toBe('waits');
  });

  it('is not signed again for something else than its voter saw', () => {
    const said = { ...vote, confirmedAt: LATER };
    const better = { ...evidence, metrics: { auc: 0.99 } };
    for (const edited of [
      { ...request, evidence: { ...better, digest: digestOfEvidence(better) } },
      {
        ...request,
        evidence: { ...request.evidence, ...evidence, artifact: 'b'.repeat(64), digest: 'x' },
      },
      { ...request, version: 3 },
      { ...request, environment: 'staging' },
    ])
      expect(() => witness.confirmed(edited, said)).toThrow('its receipt names another');
    expect(() => witness.confirmed(request, { ...said, person: 'ops' })).toThrow(/another person/);
    expect(() => witness.confirmed(request, { ...unsigned, confirmedAt: LATER })).toThrow(
      /no receipt/,
    );
  });

  it('is void once the rule no longer asks for it, as after every change of the rule', () => {
    const [spec] = models.list();
    if (!spec) throw new Error('no model');
    const relaxed = modelsOf([{ ...spec, approval: { needed: 1, expiresHours: 1 } }]);
    const { notCounted } = judge(
      { ...request, votes: [vote] },
      { people, models: relaxed, endpoint: {} },
    );
    expect(notCounted).toMatchObject([{ code: 'changed', why: expect.stringContaining('rule') }]);
  });
});
