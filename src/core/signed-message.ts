import { createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { secretsIn } from './secrets.ts';

/*
 * Signed requests as Standard Webhooks (standardwebhooks.com) has them: HMAC-SHA256 of `id.timestamp.body`, in
 * base 64. A secret that begins with `whsec_` is base 64, any other is taken as it is.
 */

/** How far the clock of a sender may be from ours: a request that was recorded is worthless after that. */
const TOLERANCE_MS = 5 * 60_000;
/** Without a full stop, which separates what is signed. */
const ID = /^[\w-]{1,200}$/;
/** What the standard asks for, in bytes. */
const SHORTEST = 24;

/** A type and no interface, so that it is a record of strings too. */
export type SignedHeaders = {
  'webhook-id': string;
  'webhook-timestamp': string;
  'webhook-signature': string;
};

/** @param secrets with several, e.g. while one replaces the other, there is a signature by each */
export function signedHeaders(
  secrets: string | readonly string[],
  { id, at, body }: { id: string; at: Date; body: string },
): SignedHeaders {
  const timestamp = String(Math.floor(at.getTime() / 1000));
  const all = typeof secrets === 'string' ? [secrets] : secrets;
  return {
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': all
      .map((secret) => `v1,${signatureBy(secret, { id, timestamp }, body).toString('base64')}`)
      .join(' '),
  };
}

/** The headers of a request that claims to be signed; any of them may be missing. */
export type ClaimedHeaders = { [Name in keyof SignedHeaders]?: string | undefined };

/** Why its headers alone rule a request out, before its body is read; undefined if they do not. */
export function headerFault(headers: ClaimedHeaders, now: Date): string | undefined {
  const { 'webhook-id': id, 'webhook-timestamp': timestamp } = headers;
  if (id === undefined || timestamp === undefined || headers['webhook-signature'] === undefined)
    return 'It needs the headers webhook-id, webhook-timestamp and webhook-signature.';
  if (!ID.test(id)) return 'Its webhook-id must be up to 200 letters, digits, - and _.';
  const at = /^\d{1,12}$/.test(timestamp) ? Number(timestamp) * 1000 : Number.NaN;
  return Math.abs(now.getTime() - at) <= TOLERANCE_MS
    ? undefined
    : 'Its webhook-timestamp must be the current time in seconds, within five minutes.';
}

/** Whether one of the signatures was made with the secret. Says nothing about the time: see `headerFault`. */
export function isSignedBy(secret: string, headers: ClaimedHeaders, body: Uint8Array): boolean {
  const { 'webhook-id': id = '', 'webhook-timestamp': timestamp = '' } = headers;
  const right = signatureBy(secret, { id, timestamp }, body);
  return (headers['webhook-signature'] ?? '').split(' ').some((given) => {
    if (!given.startsWith('v1,')) return false;
    const signature = Buffer.from(given.slice('v1,'.length), 'base64');
    return signature.length === right.length && timingSafeEqual(signature, right);
  });
}

/** Whether a secret is long enough to keep anybody from guessing it. */
export const isStrongSecret = (secret: string): boolean => keyOf(secret).length >= SHORTEST;

function signatureBy(
  secret: string,
  { id, timestamp }: { id: string; timestamp: string },
  body: string | Uint8Array,
): Buffer {
  return createHmac('sha256', keyOf(secret)).update(`${id}.${timestamp}.`).update(body).digest();
}

function keyOf(secret: string): Buffer {
  return secret.startsWith('whsec_')
    ? Buffer.from(secret.slice('whsec_'.length), 'base64')
    : Buffer.from(secret, 'utf8');
}

/** A key of the workspace file that names the secret, which comes from the environment. */
export const secretVariable = z
  .string()
  .regex(/^[A-Z][A-Z0-9_]*$/, 'expected the name of an environment variable, not the secret itself')
  .refine(
    // A name that looks like a secret: its value is redacted, and kept from the programs of the workspace.
    (name) => !/^[A-Z][A-Z0-9_]*$/.test(name) || secretsIn(name, 'a value').length > 0,
    'expected a name with SECRET or TOKEN in it, so that its value is redacted',
  );

/** A key of the workspace file with the address of a receiver of signed requests. */
export const receiverAddress = z
  .url({ protocol: /^https?$/, error: 'expected an address such as https://example.com/models' })
  .refine((text) => !URL.canParse(text) || new URL(text).password === '', {
    error: 'an address must not contain a password; the receiver checks the signature instead',
  });
