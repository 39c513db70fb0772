import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { reasonOf, textOf } from '../../../core/answer.ts';
import { defineTarget } from '../../../core/define-target.ts';
import { Refused, Unreachable } from '../../../core/errors.ts';
import {
  receiverAddress,
  type SignedHeaders,
  secretVariable,
  signedHeaders,
} from '../../../core/signed-message.ts';
import type { WantedState } from '../../../core/target.ts';
import type { TargetReach } from '../../../core/target-kind.ts';
import { readObserved } from '../observed.ts';

/** A report is a few lines. */
const LONGEST = 64 * 1024;

/** A service that is told by a signed request: https://www.standardwebhooks.com. */
export const webhook = defineTarget({
  name: 'webhook',
  summary: 'A service that is told by a signed request',
  settings: z.object({
    url: receiverAddress,
    secret_env: secretVariable,
    observe_url: receiverAddress.optional(),
  }),

  variables: ({ settings }) => [settings.secret_env],

  placeOf: ({ settings: { url } }) => ({ name: new URL(url).host, address: url }),

  apply: (target, wanted, id, reach) =>
    post(target, { type: 'endpoint.wanted', data: wanted }, { id, doing: 'Applying' }, reach),

  remove: (target, nothing, id, reach) =>
    post(target, { type: 'endpoint.removed', data: nothing }, { id, doing: 'Removing' }, reach),

  async observe({ name, timeoutMs, settings }, { model, environment }, reach) {
    if (settings.observe_url === undefined) return undefined;
    const url = new URL(settings.observe_url);
    url.searchParams.set('model', model);
    url.searchParams.set('environment', environment);
    const headers = sign(settings, { id: `observe-${randomUUID()}`, body: '' }, reach);
    const doing = `Observing ${model} in ${environment} at the target ${name}`;
    const init = { headers, signal: within(timeoutMs, reach) };
    const response = await ask(url.href, init, doing, reach);
    const text = await textOf(response, LONGEST).catch((cause: unknown) => {
      throw new Unreachable(`${doing}: its answer was not read to the end (${reasonOf(cause)}).`, {
        cause,
      });
    });
    return readObserved(text, doing);
  },
});

async function post(
  {
    name,
    timeoutMs,
    settings,
  }: { name: string; timeoutMs: number; settings: { url: string; secret_env: string } },
  event: { type: string; data: WantedState },
  { id, doing }: { id: string; doing: 'Applying' | 'Removing' },
  reach: TargetReach,
): Promise<void> {
  const { model, environment } = event.data;
  const body = JSON.stringify(event);
  const headers = { 'content-type': 'application/json', ...sign(settings, { id, body }, reach) };
  const words = `${doing} ${model} in ${environment} ${doing === 'Applying' ? 'to' : 'from'} the target ${name}`;
  const init = { ...{ method: 'POST', headers, body }, signal: within(timeoutMs, reach) };
  const response = await ask(settings.url, init, words, reach);
  await response.body?.cancel();
}

function sign(
  { secret_env: variable }: { secret_env: string },
  { id, body }: { id: string; body: string },
  { secret, now }: TargetReach,
): SignedHeaders {
  const value = secret(variable);
  if (value === undefined)
    throw new Refused(`${variable} is not set where the role "worker" runs, so nothing was sent.`, {
      next: 'Set it to the secret that the receiver has, and start the worker again.',
    });
  return signedHeaders(value, { id, at: now(), body });
}

async function ask(
  url: string,
  init: RequestInit,
  doing: string,
  { fetch }: TargetReach,
): Promise<Response> {
  let response: Response;
  try {
    // A redirect is not followed: it would lead signed content to another address.
    response = await fetch(url, { ...init, redirect: 'manual' });
  } catch (cause) {
    throw new Unreachable(`${doing}: ${new URL(url).host} does not answer (${reasonOf(cause)}).`, {
      cause,
    });
  }
  if (response.ok) return response;
  await response.body?.cancel();
  throw new Unreachable(`${doing}: ${new URL(url).host} answered ${response.status}.`);
}

const within = (ms: number, { signal }: TargetReach): AbortSignal =>
  AbortSignal.any([signal, AbortSignal.timeout(ms)]);
