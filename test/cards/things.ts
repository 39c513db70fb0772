import fc from 'fast-check';
import type { Alert } from '../../src/core/ports/alerts.ts';
import type { Approval, ApprovalStatus, Vote } from '../../src/core/ports/approvals.ts';
import type { Deployment } from '../../src/core/ports/deployments.ts';
import type { Run, RunStatus } from '../../src/core/ports/runs.ts';
import type { Evaluation, Version } from '../../src/core/ports/versions.ts';

/** Names have the maximum length that the configuration allows; text of people and programs may be anything. */
export const name = fc.stringMatching(/^[a-z][a-z0-9_-]{0,40}$/);
export const person = fc.stringMatching(/^[a-z0-9_-]{1,20}$/);
export const words = fc.string({ minLength: 1, maxLength: 500 });
const id = fc.stringMatching(/^[a-z]{3,8}-[0-9a-z]{8}$/);
export const number = fc.integer({ min: 1, max: 99_999 });
const share = fc.double({ min: 0, max: 1, noNaN: true });
const date = fc.date({
  min: new Date('2000-01-01'),
  max: new Date('2100-01-01'),
  noInvalidDate: true,
});
const window = fc.tuple(date, fc.integer({ min: 1, max: 1e10 })).map(([from, ms]) => ({
  from,
  to: new Date(from.getTime() + ms),
}));
const metrics = fc.dictionary(
  fc.constantFrom('auc', 'f1', 'logLoss', 'recall'),
  fc.double({ noNaN: true }),
);
const sha = fc.stringMatching(/^[0-9a-f]{64}$/);
export const perhaps = <T>(given: fc.Arbitrary<T>) => fc.option(given, { nil: undefined });

export const picture = fc.record({ sha256: sha, alt: words, width: number, height: number });

/** Some fields are required, others optional. */
function some<R extends object, O extends object>(
  always: { [K in keyof R]: fc.Arbitrary<R[K]> },
  maybe: { [K in keyof O]: fc.Arbitrary<O[K]> },
) {
  return fc
    .tuple(fc.record<R>(always), fc.record<O, never>(maybe, { requiredKeys: [] }))
    .map(([first, second]) => ({ ...first, ...second }));
}

const dataset = fc.record({ window, sha256: sha, rows: number });
export const version: fc.Arbitrary<Version> = fc.record({
  id,
  number,
  model: name,
  run: id,
  artifact: fc.record({ sha256: sha, bytes: number }),
  dataset,
  parameters: fc.dictionary(name, fc.oneof(fc.double({ noNaN: true }), words, fc.boolean()), {
    maxKeys: 3,
  }),
  code: fc.record({ revision: sha, dirty: fc.boolean() }),
  runtime: fc.constant({}),
  reported: metrics,
  createdBy: person,
  createdAt: date,
});
export const evaluation: fc.Arbitrary<Evaluation> = fc.record({
  version: id,
  dataset,
  metrics,
  reference: sha,
  at: date,
});

export const runOf = (kind: Run['kind'], status: RunStatus): fc.Arbitrary<Run> =>
  some(
    {
      id,
      kind: fc.constant(kind),
      model: name,
      status: fc.constant(status),
      parameters: fc.dictionary(name, words, { maxKeys: 3 }),
      window,
      versions: fc.tuple(number, number),
      requestedBy: person,
      stage: fc.string({ maxLength: 300 }),
      share,
      attempts: fc.nat(5),
      createdAt: date,
    },
    { cancelRequestedBy: person, error: words, startedAt: date, finishedAt: date, version: number },
  );

const evidence = fc.record(
  {
    artifact: sha,
    gates: fc.array(fc.record({ name: words, passed: fc.boolean(), words }), { maxLength: 4 }),
    metrics,
    champion: number,
    digest: sha,
  },
  { requiredKeys: ['artifact', 'gates', 'metrics', 'digest'] },
);

export const approvalOf = (status: ApprovalStatus): fc.Arbitrary<Approval> =>
  some(
    {
      id,
      model: name,
      version: number,
      environment: name,
      requestedBy: person,
      status: fc.constant(status),
      needed: fc.integer({ min: 1, max: 5 }),
      votes: fc.array(
        fc.record({
          person,
          verdict: fc.constantFrom<Vote['verdict']>('approve', 'reject'),
          at: date,
          via: fc.constantFrom('web', 'slack'),
        }),
        { maxLength: 5 },
      ),
      revision: fc.nat(9),
      createdAt: date,
    },
    {
      evidence: evidence,
      reason: words,
      expiresAt: date,
      ...(status === 'approved' && { deployment: id }),
    },
  );

export const alertOf = (status: Alert['status']): fc.Arbitrary<Alert> =>
  some(
    {
      id,
      model: name,
      environment: name,
      monitor: name,
      kind: fc.constant('drift'),
      version: number,
      status: fc.constant(status),
      severity: fc.constantFrom<Alert['severity']>('warn', 'alert'),
      grade: fc.constantFrom<Alert['grade']>('inform', 'harm'),
      window,
      newest: window,
      windows: fc.integer({ min: 1, max: 500 }),
      signals: fc.array(words, { maxLength: 3 }),
      sizes: fc.array(fc.double({ min: 0, max: 50, noNaN: true }), { maxLength: 24 }),
      evidence: fc.oneof(
        fc.constant(null),
        fc.record({
          columns: fc.array(
            fc.record(
              {
                name: words,
                psi: fc.double({ min: 0, max: 50, noNaN: true }),
                adjustedP: share,
                drifted: fc.boolean(),
                status: fc.constantFrom('ok', 'warn', 'alert', 'insufficient data'),
              },
              { requiredKeys: ['name', 'drifted', 'status'] },
            ),
            { maxLength: 4 },
          ),
        }),
      ),
      pictures: fc.array(picture, { maxLength: 1 }),
      openedAt: date,
      parts: fc.constant([]),
    },
    {
      acknowledgedBy: person,
      replacedBy: number,
      snooze: fc.record({ by: person, at: date, until: date }, { requiredKeys: ['by', 'at'] }),
    },
  );

export const deployment: fc.Arbitrary<Deployment> = fc.record({
  id,
  model: name,
  version: number,
  environment: name,
  status: fc.constantFrom<Deployment['status']>('live', 'superseded', 'rolled_back'),
  kind: fc.constantFrom<Deployment['kind']>('promotion', 'rollback'),
  by: person,
  reason: words,
  artifact: sha,
  since: date,
});
