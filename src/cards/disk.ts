import { toJson } from '../core/json.ts';
import type { State } from '../core/ports/replies.ts';

interface LogGap {
  model: string;
  environment: string;
  begun: Date;
  /** When it ended, or now. */
  ended: Date;
  /** Undefined once it has ended. */
  why: string | undefined;
  /** Rows that were answered but not logged. */
  dropped: number;
}

/** The prediction log of a model could not be written because a disk was full. */
export function logState({ model, environment, begun, ended, why, dropped }: LogGap): State {
  const lost =
    dropped === 0
      ? 'No rows were lost.'
      : `${dropped.toLocaleString('en')} rows were served but not logged since the gateway started.`;
  const data = toJson({
    log: { model, environment, begun, ended: why === undefined ? ended : null, dropped },
  });
  if (why === undefined)
    return {
      card: {
        title: `Predictions of ${model} in ${environment} are logged again`,
        tone: 'success',
        text: `The disk was full from ${at(begun)} to ${at(ended)}. ${lost}`,
      },
      outcome: 'done',
      data,
    };
  return {
    card: {
      title: `Predictions of ${model} in ${environment} cannot be logged: the disk is full`,
      tone: 'danger',
      text: `${why} ${model} is still serving, but monitors cannot see predictions that are not logged. Free space on that disk; no restart is needed.`,
    },
    outcome: 'pending',
    data,
  };
}

const at = (time: Date) => `${time.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
