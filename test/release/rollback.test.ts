import { describe, expect, it } from 'vitest';
import { rollbackSituation } from '../../jobs/steps/rollback-situation.ts';
import type { Deployment, Deployments } from '../../src/core/ports/deployments.ts';
import { judgeRollback } from '../../src/release/rollback.ts';

const since = new Date('2026-05-01T10:00:00Z');
const deployment = (version: number, kind: Deployment['kind'] = 'promotion'): Deployment => ({
  ...{ id: `d${version}${kind}`, model: 'flights', version, environment: 'production' },
  ...{ artifact: 'a', status: 'live', kind, by: 'dev', reason: '', since },
});
const [v1, v2] = [deployment(1), deployment(2)];

describe('a rollback with nothing to restore', () => {
  it('distinguishes the first version from one whose predecessors were rolled back or taken out', () => {
    const nothing = { live: v2, before: undefined };
    expect(judgeRollback(undefined, { ...nothing, history: [v2] })).toMatchObject({
      status: 'first',
      earlier: false,
    });
    expect(judgeRollback(undefined, { ...nothing, history: [v2, v1] })).toMatchObject({
      status: 'first',
      earlier: true,
    });
  });
});

describe('the basis of a rollback', () => {
  it('is consistent even if someone rolls back while it is read', async () => {
    const back = deployment(1, 'rollback');
    let now = { live: v2, before: v1 as Deployment | undefined, history: [v2, v1] };
    let asked = 0;
    const deployments: Pick<Deployments, 'live' | 'history' | 'previousGood' | 'outOfService'> = {
      live: async () => now.live,
      outOfService: async () => undefined,
      history: async () => {
        const { history } = now;
        asked += 1;
        // The switch comes between two of the reads.
        if (asked === 1) now = { live: back, before: undefined, history: [back, v2, v1] };
        return history;
      },
      previousGood: async () => now.before,
    };
    const situation = await rollbackSituation('flights', 'production', { deployments });
    expect(situation).toEqual(now);
    expect(judgeRollback(undefined, situation)).toMatchObject({ status: 'gone', gone: v2 });
  });
});
