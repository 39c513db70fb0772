import type { Card } from '../core/card.ts';
import { toJson } from '../core/json.ts';
import type { Deployment, OutOfService } from '../core/ports/deployments.ts';
import type { State } from '../core/ports/replies.ts';
import type { Subject } from '../core/reply.ts';

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
        { label: 'Asked by', value: by },
        { label: 'Why', value: reason },
      ],
      progress: { share: 0.5, words: 'switching' },
    },
    outcome: 'pending',
    data: null,
  };
}

export function rolledBack(restored: Deployment, replaced: Deployment, confirmed: boolean): State {
  const card: Card = {
    title: `${restored.model} is back on v${restored.version} in ${restored.environment}`,
    tone: 'success',
    text: confirmed
      ? `The gateway answers with v${restored.version} already.`
      : 'The registry says so; the gateway did not confirm it yet.',
    facts: [
      { label: 'Rolled back by', value: restored.by },
      { label: 'Why', value: restored.reason },
      { label: 'Taken out', value: `v${replaced.version}` },
    ],
    actions: [
      {
        label: `Ask to promote v${replaced.version} again`,
        command: 'promote',
        argument: `${replaced.model} ${replaced.version}`,
      },
    ],
    footer: restored.id,
  };
  return { card, outcome: 'done', data: toJson({ deployment: restored, replaced }) };
}

/** Switched, and then the telling of it failed. */
export function rolledBackUnheard(restored: Deployment): State {
  const { model, version, environment, by, reason, id } = restored;
  const card: Card = {
    title: `${model} is back on v${version} in ${environment}`,
    tone: 'warning',
    text: `The registry says so; /status ${model} shows what the gateway answers with.`,
    facts: [
      { label: 'Rolled back by', value: by },
      { label: 'Why', value: reason },
    ],
    footer: id,
  };
  return { card, outcome: 'done', data: toJson({ deployment: restored }) };
}

export const undeploySubject = ({ deployment }: OutOfService): Subject =>
  `undeploy:${deployment.id}`;

/** Nothing of the model answers, because somebody said so. */
export function undeployed(out: OutOfService): State {
  const { model, version, environment, id } = out.deployment;
  const card: Card = {
    title: `${model} is out of service in ${environment}`,
    tone: 'warning',
    text: `Callers get an error that says so, until a version is promoted. /rollback ${model} --from v${version} restores the version before, if there is one.`,
    facts: [
      { label: 'Taken out by', value: out.by },
      { label: 'Why', value: out.reason },
      { label: 'Was live', value: `v${version}` },
    ],
    actions: [
      {
        label: `Ask to promote v${version} again`,
        command: 'promote',
        argument: `${model} ${version}`,
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
