import type { Card } from '../core/card.ts';
import { toJson } from '../core/json.ts';
import type { Deployment, OutOfService } from '../core/ports/deployments.ts';
import type { Straggler } from '../core/ports/gateway.ts';
import type { State } from '../core/ports/replies.ts';
import type { Subject } from '../core/reply.ts';
import { resumeAction } from './endpoint.ts';
import { stragglersInWords } from './stragglers.ts';

const ON_HOLD = { label: 'Automation', value: 'on hold until somebody resumes it' };

export const rollbackSubject = (id: string): Subject => `rollback:${id}`;

interface Asked {
  model: string;
  environment: string;
  from: number;
  to: number;
  by: string;
  reason: string;
}

export function rollingBack({ model, environment, from, to, by, reason }: Asked): State {
  return {
    card: {
      title: `Rolling ${model} back from v${from} to v${to} in ${environment}`,
      tone: 'progress',
      facts: [
        { label: 'Requested by', value: by },
        { label: 'Reason', value: reason },
      ],
      progress: { share: 0.5, words: 'switching' },
    },
    outcome: 'pending',
    data: null,
  };
}

/** `behind`: gateways of a fleet that do not follow. */
export function rolledBack(
  restored: Deployment,
  replaced: Deployment,
  { confirmed, behind = [] }: { confirmed: boolean; behind?: readonly Straggler[] },
): State {
  const card: Card = {
    title: `${restored.model} is back on v${restored.version} in ${restored.environment}`,
    tone: 'success',
    text: confirmed
      ? `The gateway is already serving v${restored.version}.`
      : [
          'The registry is updated; the gateway has not confirmed the switch yet.',
          stragglersInWords(behind),
        ]
          .join(' ')
          .trim(),
    facts: [
      { label: 'Rolled back by', value: restored.by },
      { label: 'Reason', value: restored.reason },
      { label: 'Replaced', value: `v${replaced.version}` },
      ON_HOLD,
    ],
    actions: [
      resumeAction(restored),
      {
        label: `Request promotion of v${replaced.version} again`,
        command: 'promote',
        argument: `${replaced.model} ${replaced.version} --to ${replaced.environment}`,
      },
    ],
    footer: restored.id,
  };
  return { card, outcome: 'done', data: toJson({ deployment: restored, replaced }) };
}

/** The switch succeeded, but reporting it failed. */
export function rolledBackUnheard(restored: Deployment): State {
  const { model, version, environment, by, reason, id } = restored;
  const card: Card = {
    title: `${model} is back on v${version} in ${environment}`,
    tone: 'warning',
    text: `The registry is updated; /status ${model} shows what the gateway is serving.`,
    facts: [
      { label: 'Rolled back by', value: by },
      { label: 'Reason', value: reason },
    ],
    footer: id,
  };
  return { card, outcome: 'done', data: toJson({ deployment: restored }) };
}

export const undeploySubject = ({ deployment }: OutOfService): Subject =>
  `undeploy:${deployment.id}`;

/**
 * No version of the model answers, because someone took it out of service.
 * @param held whether automation is on hold there: somebody may have resumed it since
 */
export function undeployed(out: OutOfService, held: boolean): State {
  const { model, version, environment, id } = out.deployment;
  const card: Card = {
    title: `${model} is out of service in ${environment}`,
    tone: 'warning',
    text: `Callers get an error until a version is promoted. /rollback ${model} --from v${version} --in ${environment} restores the version before, if any.`,
    facts: [
      { label: 'Taken out of service by', value: out.by },
      { label: 'Reason', value: out.reason },
      { label: 'Was live', value: `v${version}` },
      ...(held ? [ON_HOLD] : []),
    ],
    actions: [
      ...(held ? [resumeAction(out.deployment)] : []),
      {
        label: `Request promotion of v${version} again`,
        command: 'promote',
        argument: `${model} ${version} --to ${environment}`,
      },
    ],
    footer: id,
  };
  return { card, outcome: 'done', data: toJson({ outOfService: out }) };
}

export function rollbackFailed(model: string, why: string): State {
  return {
    card: { title: `${model} was not rolled back`, tone: 'danger', text: why },
    outcome: 'failed',
    data: toJson({ error: { message: why } }),
  };
}
