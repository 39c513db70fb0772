import { toJson } from '../core/json.ts';
import type { Quarantine } from '../core/ports/quarantines.ts';
import type { State } from '../core/ports/replies.ts';
import type { Subject } from '../core/reply.ts';

export const quarantineSubject = (deployment: string): Subject => `quarantine:${deployment}`;

/** `instead`: the version that answers now, where one does; `run`: what made the version that is out. */
export function quarantined(
  quarantine: Quarantine,
  instead: number | undefined,
  run: string,
): State {
  const { model, version, environment, words, deployment } = quarantine;
  const now =
    instead === undefined
      ? `No version of ${model} answers in ${environment} at the moment.`
      : `v${instead} answers in ${environment} now.`;
  return {
    card: {
      title: `${model} v${version} was taken out of service`,
      tone: 'danger',
      text: `${words} ${now} Other models are not affected. v${version} stays out until it is promoted again; a rollback makes the version before it live.`,
      facts: [
        { label: 'Taken out', value: `v${version}` },
        { label: 'Answers now', value: instead === undefined ? 'nothing' : `v${instead}` },
      ],
      actions: [
        {
          label: 'Roll back',
          command: 'rollback',
          argument: `${model} --from ${deployment} --in ${environment}`,
          style: 'danger',
        },
        { label: 'Logs of its training', command: 'logs', argument: run },
      ],
      footer: deployment,
    },
    outcome: 'done',
    data: toJson({ quarantine, instead: instead ?? null }),
  };
}
