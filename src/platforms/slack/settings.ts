import { z } from 'zod';
import { isSafeUrl } from '../safe-url.ts';

/** `/ml-train` instead of `/train`, if those names are in use already. */
export const Prefix = z
  .string()
  .regex(/^[a-z0-9_-]{0,12}$/, 'takes at most 12 lower case letters, digits, "-" and "_"');

/** https://docs.slack.dev/apis/web-api/rate-limits: one message a second in a channel. */
export const PACE_MS = 1000;

/** One command for all others, for names that are in use already. */
export const UMBRELLA = 'wheelhouse';

/** docs/slack.md explains each. */
export const SETTINGS = z.object({
  SLACK_BOT_TOKEN: z.string().startsWith('xoxb-', 'must begin with xoxb-'),
  SLACK_APP_TOKEN: z.string().startsWith('xapp-', 'must begin with xapp-').optional(),
  SLACK_SIGNING_SECRET: z.string().min(8, 'is too short to be one').optional(),
  SLACK_API_URL: z
    .url('must be a URL')
    .refine(isSafeUrl, 'must begin with https://')
    .transform((url) => (url.endsWith('/') ? url : `${url}/`))
    .default('https://slack.com/api/'),
  SLACK_PORT: z.coerce
    .number('must be a number')
    .int('must be a whole number')
    .min(0, 'must be 0 or more')
    .max(65_535, 'must be at most 65535')
    .default(4682),
  SLACK_HOST: z.string().default('127.0.0.1'),
  SLACK_PREFIX: Prefix.default(''),
});

export type SlackSettings = z.output<typeof SETTINGS>;
