import { lookup as resolve } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { Agent, request } from 'undici';
import type { Attempt, ReceiverSpec, Sent, Webhooks } from '../core/ports/webhooks.ts';
import { signedHeaders } from '../core/signed-message.ts';
import { addressFault, hostFault } from './addresses.ts';

/** Standard Webhooks recommends 15 to 30 seconds. */
const TIMEOUT_MS = 15_000;

interface Parts {
  now(): Date;
  /** The value of an environment variable. */
  secret(variable: string): string | undefined;
  timeoutMs?: number;
}

/** Sends by HTTP. Each address is checked as it is connected to: a name may resolve to another one each time. */
export function createSender({ now, secret, timeoutMs = TIMEOUT_MS }: Parts): Webhooks['send'] {
  const agents = { open: agentFor(true), public: agentFor(false) };

  async function attempt(
    spec: ReceiverSpec,
    { id, body }: { id: string; body: string },
    signal: AbortSignal,
  ): Promise<Omit<Sent, 'at' | 'ms'>> {
    const secrets = spec.secrets.map((variable) => ({ variable, value: secret(variable) }));
    const missing = secrets.find(({ value }) => value === undefined);
    if (missing) return { problem: `${missing.variable} is not set where the role "worker" runs` };
    const fault = hostFault(spec.url, spec.internal);
    if (fault !== undefined) return { problem: fault };
    const signed = signedHeaders(
      secrets.flatMap(({ value }) => value ?? []),
      { id, at: now(), body },
    );
    // A redirect is not followed: it would lead signed content to another address.
    const {
      statusCode,
      headers,
      body: answer,
    } = await request(spec.url, {
      method: 'POST',
      body,
      headers: {
        ...{ ...signed, 'user-agent': 'Wheelhouse' },
        'content-type': 'application/cloudevents+json; charset=utf-8',
      },
      dispatcher: spec.internal ? agents.open : agents.public,
      signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
    });
    // Nothing of it is kept: it could be anything.
    await answer.dump({ limit: 64 * 1024 }).catch(() => undefined);
    if (statusCode >= 200 && statusCode < 300) return { status: statusCode };
    const retryAfterMs = pauseIn(headers['retry-after'], now());
    return {
      ...{ status: statusCode, problem: `it answered ${statusCode}` },
      ...(retryAfterMs !== undefined && { retryAfterMs }),
    };
  }

  return async (spec, message, signal) => {
    const at = now();
    const began = performance.now();
    const ended = await attempt(spec, message, signal).catch((error: unknown) => {
      signal.throwIfAborted();
      return { problem: reasonOf(error, timeoutMs) };
    });
    const timed: Attempt = { at, ms: Math.round(performance.now() - began) };
    return { ...timed, ...ended };
  };
}

function agentFor(internal: boolean): Agent {
  const lookup: LookupFunction = (host, options, callback) => {
    resolve(host, { ...options, all: true }, (error, found) => {
      if (error) return callback(error, []);
      const fault = found
        .map(({ address }) => addressFault(address, internal))
        .find((words) => words !== undefined);
      if (fault !== undefined) return callback(new Forbidden(fault), []);
      const [first] = found;
      if (options.all === true || !first) return callback(null, found);
      return callback(null, first.address, first.family);
    });
  };
  return new Agent({ connect: { lookup }, connections: 2, keepAliveTimeout: 10_000 });
}

class Forbidden extends Error {}

/** Seconds, or a date. */
function pauseIn(header: string | string[] | undefined, now: Date): number | undefined {
  const text = String(header ?? '').trim();
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1000;
  const at = Date.parse(text);
  return Number.isNaN(at) ? undefined : Math.max(at - now.getTime(), 0);
}

function reasonOf(error: unknown, timeoutMs: number): string {
  if (error instanceof Forbidden) return error.message;
  if (!(error instanceof Error)) return 'it could not be reached';
  if (error.name === 'TimeoutError') return `it did not answer in ${timeoutMs / 1000} seconds`;
  return 'code' in error ? `it could not be reached (${String(error.code)})` : error.message;
}
