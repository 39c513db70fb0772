import { describe, expect, it } from 'vitest';
import { modelsOf } from '../../config/models.ts';
import { peopleOf } from '../../config/people.ts';
import type { ApprovalRule } from '../../src/core/model.ts';
import type { Approval, Vote } from '../../src/core/ports/approvals.ts';
import { askedNow, judge } from '../../src/release/policy.ts';
import { specOf } from '../jobs/workspace.ts';

const listed = (role: 'operator' | 'approver', slack?: string) => ({
  ...{ name: role, role, identities: slack === undefined ? {} : { slack } },
});
const FILE = {
  dev: listed('operator'),
  ann: listed('approver', 'UANN'),
  bob: listed('approver', 'UBOB'),
};
const GROUPS = { leads: { people: ['ann'], at: { slack: ['SLEADS'] } } };
const people = peopleOf(FILE, { slack: { users: {}, channels: {}, groups: {} } }, GROUPS);
const models = (rule: Partial<ApprovalRule> = {}) =>
  modelsOf([{ ...specOf('.'), approval: { needed: 1, expiresHours: 1, ...rule } }]);

const evidence = { artifact: 'aa', gates: [], metrics: {}, digest: 'd1' };
const request = { model: 'flights', environment: 'production', evidence };
const before = { models: models(), endpoint: { stable: 'deployment-2' } };
const vote = (person: string, more: Partial<Vote> = {}): Vote => ({
  ...{ person, verdict: 'approve', at: new Date(0), via: 'web' },
  asked: askedNow(request, before),
  ...more,
});
const judged = (
  votes: Vote[],
  now: { models?: typeof before.models; stable?: string; evidence?: Approval['evidence'] } = {},
) => {
  const { models = before.models, stable = 'deployment-2', evidence: shown = evidence } = now;
  return judge(
    { ...request, evidence: shown, requestedBy: 'dev', needed: 1, votes },
    { people, models, endpoint: { stable } },
  );
};
const why = (ruling: ReturnType<typeof judge>) => ruling.notCounted.map(({ why }) => why);

describe('release/policy, what was asked', () => {
  it('counts a vote as long as nothing has changed', () => {
    expect(judged([vote('ann')])).toMatchObject({ status: 'approved', notCounted: [] });
  });

  it('voids an approval of other evidence, also of an older request', () => {
    const other = { ...evidence, digest: 'd2' };
    const ruling = judged([vote('ann')], { evidence: other });
    expect(ruling.status).toBe('waits');
    expect(why(ruling)).toEqual(['the evidence has changed since then']);
  });

  it('voids an approval when another version went live, or the rule changed', () => {
    expect(why(judged([vote('ann')], { stable: 'deployment-3' }))).toEqual([
      'another version has gone live since then',
    ]);
    for (const rule of [{ needed: 2 }, { groups: { leads: 1 } }]) {
      const ruling = judged([vote('ann')], { models: models(rule) });
      expect(why(ruling)).toEqual(['the approval rule has changed since then']);
    }
    // Not counted even if the rule became easier: it is not what was asked.
    const two = models({ needed: 2 });
    const asked = askedNow(request, { models: two, endpoint: { stable: 'deployment-2' } });
    expect(judged([vote('ann', { asked })]).status).toBe('waits');
  });

  it('never voids a rejection, and counts votes of earlier releases', () => {
    const against = vote('ann', { verdict: 'reject' });
    expect(judged([against], { stable: 'deployment-3' }).status).toBe('rejected');
    const { asked: _, ...old } = vote('ann');
    expect(judged([old], { stable: 'deployment-3' }).status).toBe('approved');
  });

  it('leaves what is live out where it does not matter', () => {
    const given = { ...request, requestedBy: 'dev', needed: 1, votes: [vote('ann')] };
    expect(judge(given, { people, models: before.models }).status).toBe('approved');
  });
});

describe('release/policy, required groups', () => {
  const rule = { needed: 2, groups: { leads: 1 } };
  const now = { models: models(rule) };
  const asked = askedNow(request, { ...before, ...now });
  const by = (person: string, cast?: Vote['cast']) =>
    vote(person, { asked, ...(cast && { cast }) });
  const account = (user: string, groups: string[] = [], external?: string) => ({
    by: { platform: 'slack', user, groups, ...(external !== undefined && { external }) },
    from: { platform: 'slack', channel: 'C1' },
  });
  const more = peopleOf(
    { ...FILE, cat: listed('approver', 'UCAT') },
    { slack: { users: {}, channels: {}, groups: {} } },
    GROUPS,
  );
  const judgedBy = (votes: Vote[]) =>
    judge({ ...request, requestedBy: 'dev', needed: 2, votes }, { ...now, people: more });

  it('asks for as many of the group as the rule says, besides the quorum', () => {
    const without = judgedBy([by('bob'), by('cat')]);
    expect(without).toMatchObject({
      ...{ status: 'waits', missing: { leads: 1 } },
      reason: '1 approval from leads missing.',
    });
    expect(judgedBy([by('bob'), by('ann')])).toMatchObject({ status: 'approved', missing: {} });
    expect(judgedBy([by('ann')])).toMatchObject({
      ...{ status: 'waits', reason: '1 of 2 approvals missing.' },
    });
  });

  it('takes the group of a platform, as long as the platform says so', () => {
    const lead = by('bob', account('UBOB', ['SLEADS']));
    expect(judgedBy([lead, by('cat')]).status).toBe('approved');
    expect(judgedBy([by('bob', account('UBOB')), by('cat')]).status).toBe('waits');
    const cast = { ...account('UBOB', ['SLEADS']), doubt: 'unasked' as const };
    expect(judgedBy([by('bob', cast), by('cat')]).missing).toEqual({ leads: 1 });
    // A group of another company that happens to have the same name.
    const outside = by('bob', account('UBOB', ['SLEADS'], 'TOTHER'));
    expect(judgedBy([outside, by('cat')]).status).toBe('waits');
  });

  it('does not count the group of a vote that does not count', () => {
    const ruling = judge(
      { ...request, requestedBy: 'ann', needed: 2, votes: [by('ann'), by('bob'), by('cat')] },
      { ...now, people: more },
    );
    expect(ruling).toMatchObject({ status: 'waits', missing: { leads: 1 } });
  });
});
