import { toJson } from '../core/json.ts';
import type { Quarantine } from '../core/ports/quarantines.ts';
import type { State } from '../core/ports/replies.ts';
import type { Subject } from '../core/reply.ts';

export const quarantineSubject = (deployment: string): Subject => `quarantine:${deployment}`;

/**
 * `instead`: the version that answers now, if there is one; `run`: the run that created the quarantined
 * version.
 */
export function quarantined(
  quarantine: Quarantine,
  instead: number | undefined,
  run: string,
): State {
  const { model, version, environment, words, deployment } = quarantine;
  const now =
    instead === undefined
      ? `No version of ${model} is serving in ${environment}.`
      : `v${instead} is serving in ${environment} instead.`;
  return {
    card: {
      title: `${model} v${version} was taken out of service`,
      tone: 'danger',
      text: `${words} ${now} Other models are not affected. v${version} stays out of service until it is promoted again; a rollback restores the version before it.`,
      facts: [
        { label: 'Replaced', value: `v${version}` },
        { label: 'Now serving', value: instead === undefined ? 'none' : `v${instead}` },
      ],
      actions: [
        {
          label: 'Roll back',
          command: 'rollback',
          argument: `${model} --from ${deployment} --in ${environment}`,
          style: 'danger',
        },
        { label: 'Show the training log', command: 'logs', argument: run },
      ],
      footer: deployment,
    },
    outcome: 'done',
    data: toJson({ quarantine, instead: instead ?? null }),
  };
}
