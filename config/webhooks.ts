import { z } from 'zod';
import type { Address } from '../src/core/address.ts';
import { NotFound } from '../src/core/errors.ts';
import { ACTIONS } from '../src/core/ports/audit.ts';
import type { ReceiverSpec } from '../src/core/ports/webhooks.ts';
import { receiverAddress, secretVariable } from '../src/core/signed-message.ts';
import { didYouMean } from '../src/core/suggest.ts';
import { hostFault } from '../src/webhooks/addresses.ts';
import { type Fault, fieldsOf } from './faults.ts';

/** Each has one request at a time, so that none waits for another. */
const MOST = 50;

const Webhook = z.strictObject({
  url: receiverAddress,
  /** Two while one replaces the other: requests are signed with both. */
  secret_env: z
    .union([secretVariable, z.array(secretVariable).min(1).max(2)])
    .transform((names) => [names].flat()),
  events: z.array(z.string().min(1)).min(1),
  models: z.array(z.string()).min(1).optional(),
  environments: z.array(z.string()).min(1).optional(),
  channel: z.string().optional(),
  off_after_days: z.number().min(1).max(30).default(5),
  internal: z.boolean().default(false),
});

export const Webhooks = z.record(z.string(), Webhook).default({});
export const WEBHOOK_KEYS: readonly string[] = Object.keys(Webhook.shape);

export interface Receivers {
  list(): readonly ReceiverSpec[];
  /** Throws NotFound. */
  get(name: string): ReceiverSpec;
}

export function receiversOf(
  webhooks: z.output<typeof Webhooks>,
  homesOf: (channel: string | undefined) => Address[],
): Receivers {
  const all = Object.entries(webhooks).map(([name, webhook]): ReceiverSpec => {
    const { url, secret_env: secrets, events, models, environments, channel } = webhook;
    return {
      ...{ name, url, secrets, events, models, environments, homes: homesOf(channel) },
      ...{ offAfterDays: webhook.off_after_days, internal: webhook.internal },
    };
  });
  return {
    list: () => all,
    get(name) {
      const found = all.find((one) => one.name === name);
      if (found) return found;
      const names = all.map((one) => one.name);
      throw new NotFound(`There is no webhook "${name}".${didYouMean(name, names)}`, {
        next:
          names.length === 0
            ? 'docs/webhooks.md explains how to add one.'
            : `There is ${names.join(', ')}.`,
      });
    },
  };
}

const KINDS: readonly string[] = [...new Set(ACTIONS.map((action) => `${kindOf(action)}.*`))];
const PATTERNS: readonly string[] = ['*', 'command.*', ...KINDS, ...ACTIONS];

function kindOf(action: string): string {
  return action.slice(0, action.indexOf('.'));
}

/** What contradicts itself in `webhooks`, as written. */
export function webhookFaults(file: unknown, environments: readonly string[]): Fault[] {
  const { webhooks, models } = fieldsOf(file);
  const all = Object.entries(fieldsOf(webhooks));
  const lists = { models: Object.keys(fieldsOf(models)), environments };
  const faults = all.flatMap(([name, webhook]): Fault[] =>
    [
      ...(/-\d+$/.test(name)
        ? [{ path: [], words: 'a name must not end with - and a number, as IDs of deliveries do' }]
        : []),
      ...unknownIn(webhook, 'events', PATTERNS, isCommand),
      ...unknownIn(webhook, 'models', lists.models),
      ...unknownIn(webhook, 'environments', lists.environments),
      ...inAddress(fieldsOf(webhook)),
    ].map(({ path, words }) => ({ path: ['webhooks', name, ...path], words })),
  );
  return all.length <= MOST
    ? faults
    : [...faults, { path: ['webhooks'], words: `expected at most ${MOST} webhooks` }];
}

/** Commands are known to the commands alone. */
const isCommand = (name: string): boolean => /^command\.[a-z-]+$/.test(name);

function unknownIn(
  webhook: unknown,
  key: string,
  known: readonly string[],
  isToo: (name: string) => boolean = () => false,
): Fault[] {
  const given = fieldsOf(webhook)[key];
  if (!Array.isArray(given)) return [];
  return given.flatMap((name: unknown, at) =>
    typeof name !== 'string' || known.includes(name) || isToo(name)
      ? []
      : [{ path: [key, at], words: `unknown: "${name}".${didYouMean(name, known)}` }],
  );
}

/** What is sent names people and reasons: it is not for everybody on the way to read. */
function inAddress({ url, internal }: Record<string, unknown>): Fault[] {
  if (typeof url !== 'string' || !URL.canParse(url)) return [];
  const isInternal = internal === true;
  const fault = hostFault(url, isInternal);
  if (fault !== undefined) return [{ path: ['url'], words: fault }];
  return url.startsWith('http:') && !isInternal
    ? [{ path: ['url'], words: 'expected https; http is for receivers with "internal: true"' }]
    : [];
}
