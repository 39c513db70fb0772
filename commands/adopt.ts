import { requestPromotion } from '../jobs/declared/index.ts';
import { adoptable } from '../jobs/steps/adoptable.ts';
import { askPromotion } from '../jobs/steps/ask-promotion.ts';
import { lastOf, targetId } from '../jobs/steps/target-memory.ts';
import { approvalState, approvalSubject } from '../src/cards/approval.ts';
import { acceptedLoss, adoption, targetName } from '../src/cards/target.ts';
import { automationOf } from '../src/core/agents.ts';
import { defineCommand } from '../src/core/define-command.ts';
import { NotFound, Refused } from '../src/core/errors.ts';
import { deriveId } from '../src/core/ids.ts';
import { specIn, targetsIn } from '../src/core/model.ts';
import { live, note } from '../src/core/reply.ts';
import { didYouMean } from '../src/core/suggest.ts';
import { environmentOption, modelOption, targetOption, versionOption } from '../src/core/values.ts';
import type { Needs } from '../src/core/world.ts';
import { submit, unqueueRequest } from './steps/submit.ts';

type Parts = Needs<
  | 'models'
  | 'versions'
  | 'approvals'
  | 'endpoints'
  | 'freezes'
  | 'environments'
  | 'audit'
  | 'replies'
  | 'jobs'
  | 'knownTargets'
  | 'clock'
>;

/** Asks for what a target serves already, by the same request as any other promotion. */
export const adopt = defineCommand({
  name: 'adopt',
  summary: 'Request that what a target serves instead goes live',
  role: 'operator',
  words: ['model', 'version'],
  options: {
    model: modelOption,
    version: versionOption('Version that the target serves'),
    from: targetOption,
    in: environmentOption,
  },
  examples: ['/adopt flights 6 --from edge', '/adopt flights 6 --from edge --in staging'],

  environment: ({ in: where }, { environments }: Needs<'environments'>) => environments.get(where),

  async run(
    { model, version: wanted, from: target, in: where },
    needs: Parts,
    { id, by, from, proposed },
  ) {
    const { models, versions, approvals, jobs, environments, audit, replies } = needs;
    const environment = environments.get(where);
    const spec = specIn(models.get(model), environment);
    const names = targetsIn(spec, environment).map(({ name }) => name);
    const place = `${spec.name} in ${environment}`;
    if (!names.includes(target))
      throw new NotFound(`${place} has no target "${target}".${didYouMean(target, names)}`);
    const of = { model: spec.name, environment, target };
    const named = await versions.resolve(spec.name, wanted, environment);
    const last = await lastOf(of, needs);
    const who = targetName(of);
    // What was compared last: the role "worker" observes targets, and this process does not reach them.
    if (last?.action !== 'target.drift')
      throw new Refused(
        `No other state of ${place} was seen at ${who}, so there is nothing to adopt.`,
        { next: 'It is compared every minute, and the channel shows where it differs.' },
      );
    if (last.lost?.includes(named.number)) {
      const { number: version, id: subject } = named;
      // Nothing becomes live or stops being live by this, so that there is nothing to vote on.
      await audit.append({
        ...{ id: `gone-${targetId(of)}-${version}-${last.sequence}`, by: by.id, subject },
        ...{ action: 'target.adopt', model: spec.name, environment, via: from.platform },
        after: { target: targetId(of), version, gone: true },
      });
      await needs.knownTargets.release(of, target, version);
      return note(acceptedLoss(of, version), 'success', { ...of, version });
    }
    if (!last.observed)
      throw new Refused(
        `There is no one version to adopt: nothing of ${place} answers at ${who}, or its servers differ.`,
        { next: `/repair ${spec.name} --in ${environment} applies what is live.` },
      );
    if (last.observed.version !== named.number)
      throw new Refused(
        `${who} was last seen with v${last.observed.version}, not with v${named.number}. Nothing was requested.`,
      );
    const found = await adoptable(of, last.observed, needs);
    if ('why' in found)
      throw new Refused(
        `What ${who} serves cannot be adopted: ${found.why}. Nothing was requested.`,
        {
          next: `/repair ${spec.name} --in ${environment} applies what is live.`,
        },
      );
    const { number: version, artifact } = found.version;
    const approval = await askPromotion(
      {
        ...{ id: deriveId('approval', id), model: spec.name, version, environment },
        requestedBy: proposed?.owner ?? by.id,
        ...(proposed && { automation: automationOf(proposed.agent) }),
      },
      needs,
    );
    await audit.append({
      id: `adopt-${approval.id}`,
      by: by.id,
      action: 'target.adopt',
      subject: approval.id,
      ...{ model: spec.name, environment, via: from.platform },
      after: { target: targetId(of), seen: last.sequence, version, artifact: artifact.sha256 },
    });
    await submit(
      () => jobs.enqueue(requestPromotion, { approval: approval.id }),
      () => unqueueRequest(approval.id, approvals),
    );
    await replies.tell(approvalSubject(approval), 'adopts', adoption(of, version));
    return live(approvalSubject(approval), approvalState(approval), spec.homes);
  },
});
