import { z } from 'zod';
import { approvalState, approvalSubject } from '../src/cards/approval.ts';
import type { Asking } from '../src/core/command.ts';
import { defineCommand, option } from '../src/core/define-command.ts';
import { NotFound, Refused } from '../src/core/errors.ts';
import { type ModelSpec, specIn } from '../src/core/model.ts';
import { calledBy } from '../src/core/ports/audit.ts';
import type { Version } from '../src/core/ports/versions.ts';
import { live, type Reply } from '../src/core/reply.ts';
import { environmentOption, modelOption } from '../src/core/values.ts';
import type { Needs } from '../src/core/world.ts';
import { type RequestParts, requestVersion } from './steps/request-version.ts';

type Parts = RequestParts & Needs<'audit'>;

const commit = z
  .string()
  .trim()
  .toLowerCase()
  .regex(/^[0-9a-f]{7,40}$/, 'expected a commit, 7 to 40 of 0-9 and a-f');

/** For jobs that wait on another system: several of them may wait for one request. */
export const release = defineCommand({
  name: 'release',
  summary: 'Request promotion of the version that was trained from a commit',
  role: 'operator',
  words: ['model', 'commit'],
  options: {
    model: modelOption,
    commit: option(commit, 'Commit of the workspace', { placeholder: 'COMMIT' }),
    to: environmentOption,
  },
  examples: ['/release flights 3f9a1c2', '/release flights 3f9a1c2 --to staging'],

  environment: ({ to }, { environments }: RequestParts) => environments.get(to),

  async run({ model, commit, to }, needs: Parts, asking) {
    const environment = needs.environments.get(to);
    const spec = specIn(needs.models.get(model), environment);
    const candidate = await needs.versions.ofCommit(spec.name, commit);
    if (!candidate)
      throw new NotFound(
        `No version of ${spec.name} was trained from commit ${commit.slice(0, 12)}.`,
        {
          next: `Train it where that commit is checked out without changes: /train ${spec.name}.`,
        },
      );
    const before = await askedBefore(candidate, { environment, spec }, needs, asking);
    if (before) return before;
    const waiting = await waitingFor(candidate, { environment, spec }, needs);
    if (waiting) return waiting;
    try {
      return await requestVersion({ spec, candidate, environment }, needs, asking);
    } catch (error) {
      // Somebody else asked at the same moment.
      const other =
        error instanceof Refused
          ? await waitingFor(candidate, { environment, spec }, needs)
          : undefined;
      if (other) return other;
      throw error;
    }
  },
});

/**
 * The request that the same event was answered with, whatever became of it: one event makes one request, whenever it
 * comes again.
 */
async function askedBefore(
  { model, number }: Version,
  { environment, spec: { homes } }: { environment: string; spec: ModelSpec },
  { audit, approvals, deployments }: Pick<Parts, 'audit' | 'approvals' | 'deployments'>,
  { id, from }: Pick<Asking, 'id' | 'from'>,
): Promise<Reply | undefined> {
  const called = await audit.find(calledBy(from.platform, id));
  if (!called) return undefined;
  const request = /^approval:(.+)$/.exec(called.subject)?.[1];
  if (request !== undefined) {
    const found = await approvals.get(request);
    return live(approvalSubject(found), approvalState(found), homes);
  }
  // It was live then, so that nothing was requested.
  const current = await deployments.live(model, environment);
  if (current?.version === number) return undefined;
  throw new Refused(
    `This was asked before, when v${number} of ${model} was live in ${environment}.`,
    {
      next: 'Nothing was requested. Start the job again.',
    },
  );
}

/** The request that is open for a version, or whose rollout is on its way: whoever asks again waits for it too. */
async function waitingFor(
  { model, number }: Version,
  { environment, spec }: { environment: string; spec: ModelSpec },
  { approvals, endpoints }: Pick<RequestParts, 'approvals' | 'endpoints'>,
): Promise<Reply | undefined> {
  const active = await approvals.list({ model, statuses: ['checking', 'open'] });
  const { rollout } = await endpoints.get({ model, environment });
  const found =
    active.find((one) => one.version === number && one.environment === environment) ??
    (rollout?.version === number ? await approvals.get(rollout.approval) : undefined);
  return found && live(approvalSubject(found), approvalState(found), spec.homes);
}
