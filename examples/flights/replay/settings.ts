import { z } from 'zod';
import { checked, Unusable } from '../program.ts';

const instant = z.iso
  .datetime({ offset: true })
  .or(z.iso.date())
  .transform((text) => new Date(text));
const positive = z.coerce.number().positive();

const Environment = z.object({
  WHEELHOUSE_INFERENCE_URL: z.url({ protocol: /^https?$/ }),
  WHEELHOUSE_INFERENCE_TOKEN: z.string().optional(),
  WHEELHOUSE_STATE_DIR: z.string().min(1),
  WHEELHOUSE_ARRIVALS_DIR: z.string().min(1).optional(),
  WHEELHOUSE_REPLAY_FROM: instant.default(new Date('2001-02-15')),
  WHEELHOUSE_REPLAY_TO: instant.default(new Date('2001-07-01')),
  WHEELHOUSE_REPLAY_INCIDENT: instant.or(z.literal('none')).default(new Date('2001-06-01')),
  WHEELHOUSE_REPLAY_DAYS_PER_SECOND: positive.default(0.5),
  WHEELHOUSE_REPLAY_ROWS_PER_DAY: positive.int().default(400),
});

export interface Settings {
  /** Of the inference gateway, without a slash at the end. */
  url: string;
  /** What the gateway asks for, where it does. */
  token: string | undefined;
  /** Folder of the cursor. */
  state: string;
  /** Where the months go that the replay has come past; undefined: nowhere. */
  arrivals: string | undefined;
  from: Date;
  to: Date;
  /** From when on the staged incident lasts; undefined: never. */
  incident: Date | undefined;
  daysPerSecond: number;
  rowsPerDay: number;
}

/** @throws Unusable naming every variable at fault. */
export function readSettings(env: NodeJS.ProcessEnv = process.env): Settings {
  const read = checked(Environment, env, 'reading the environment of the replay');
  if (read.WHEELHOUSE_REPLAY_FROM >= read.WHEELHOUSE_REPLAY_TO) {
    throw new Unusable('replaying: WHEELHOUSE_REPLAY_FROM is not before WHEELHOUSE_REPLAY_TO');
  }
  return {
    url: read.WHEELHOUSE_INFERENCE_URL.replace(/\/+$/, ''),
    token: read.WHEELHOUSE_INFERENCE_TOKEN,
    state: read.WHEELHOUSE_STATE_DIR,
    arrivals: read.WHEELHOUSE_ARRIVALS_DIR,
    from: read.WHEELHOUSE_REPLAY_FROM,
    to: read.WHEELHOUSE_REPLAY_TO,
    incident:
      read.WHEELHOUSE_REPLAY_INCIDENT === 'none' ? undefined : read.WHEELHOUSE_REPLAY_INCIDENT,
    daysPerSecond: read.WHEELHOUSE_REPLAY_DAYS_PER_SECOND,
    rowsPerDay: read.WHEELHOUSE_REPLAY_ROWS_PER_DAY,
  };
}
