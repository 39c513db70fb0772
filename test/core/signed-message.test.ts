import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import {
  type ClaimedHeaders,
  headerFault,
  isSignedBy,
  isStrongSecret,
  secretVariable,
  signedHeaders,
} from '../../src/core/signed-message.ts';
import { tries } from '../sweep.ts';

const NOW = new Date();
const secret = () => `whsec_${randomBytes(24).toString('base64')}`;
const SECRET = secret();
const BODY = '{"rows":"Zürich ✈"}';
const bytes = (text: string) => Buffer.from(text, 'utf8');

describe('core/signed-message', () => {
  it('signs so that the reference library verifies it, with either of two secrets', () => {
    const next = secret();
    const headers = signedHeaders([SECRET, next], { id: 'evt_1', at: NOW, body: BODY });
    for (const one of [SECRET, next])
      expect(new Webhook(one).verify(BODY, { ...headers })).toEqual(JSON.parse(BODY));
    expect(() => new Webhook(secret()).verify(BODY, { ...headers })).toThrow();
    expect(() => new Webhook(SECRET).verify(`${BODY} `, { ...headers })).toThrow();
  });

  it('accepts what the reference library signs, and nothing that is changed', () => {
    const text = fc.string({ maxLength: 100 }).map((words) => `Zürich ✈ ${words}`);
    fc.assert(
      fc.property(text, text, fc.stringMatching(/^[\w-]{1,40}$/), (body, other, id) => {
        const signature = new Webhook(SECRET).sign(id, NOW, body);
        const timestamp = String(Math.floor(NOW.getTime() / 1000));
        const headers: ClaimedHeaders = {
          ...{ 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signature },
        };
        expect(headerFault(headers, NOW)).toBeUndefined();
        expect(isSignedBy(SECRET, headers, bytes(body))).toBe(true);
        expect(isSignedBy(secret(), headers, bytes(body))).toBe(false);
        expect(isSignedBy(SECRET, { ...headers, 'webhook-id': `${id}x` }, bytes(body))).toBe(false);
        const later = { ...headers, 'webhook-timestamp': `${Number(timestamp) + 1}` };
        expect(isSignedBy(SECRET, later, bytes(body))).toBe(false);
        if (!bytes(other).equals(bytes(body)))
          expect(isSignedBy(SECRET, headers, bytes(other))).toBe(false);
      }),
      tries(100),
    );
  });

  it('finds the right one among several signatures, and takes no other version for one', () => {
    const headers = signedHeaders(SECRET, { id: 'evt_1', at: NOW, body: BODY });
    const { 'webhook-signature': right } = headers;
    const among = { ...headers, 'webhook-signature': `v1a,AAAA v1,${'A'.repeat(44)} ${right}` };
    expect(isSignedBy(SECRET, among, bytes(BODY))).toBe(true);
    for (const wrong of [right.replace('v1,', 'v2,'), right.slice(3), 'v1,', ''])
      expect(isSignedBy(SECRET, { ...headers, 'webhook-signature': wrong }, bytes(BODY))).toBe(
        false,
      );
  });

  it.each([
    ['five minutes old', { at: -300_000 }, true],
    ['older', { at: -301_000 }, false],
    ['from the future', { at: 302_000 }, false],
    ['with a time that is no number', { 'webhook-timestamp': '1e9' }, false],
    ['with a full stop in its ID', { 'webhook-id': 'a.1' }, false],
    ['with an endless ID', { 'webhook-id': 'a'.repeat(201) }, false],
    ['without a signature', { 'webhook-signature': undefined }, false],
  ])('%s', (_, { at = 0, ...change }: { at?: number } & ClaimedHeaders, fine) => {
    const seconds = new Date(Math.floor(NOW.getTime() / 1000) * 1000);
    const sent = new Date(seconds.getTime() + at);
    const headers = { ...signedHeaders(SECRET, { id: 'evt_1', at: sent, body: BODY }), ...change };
    expect(headerFault(headers, seconds) === undefined).toBe(fine);
  });

  it('tells a secret that could be guessed', () => {
    expect(isStrongSecret(SECRET)).toBe(true);
    expect(isStrongSecret('x'.repeat(24))).toBe(true);
    expect(isStrongSecret(`whsec_${randomBytes(23).toString('base64')}`)).toBe(false);
    expect(isStrongSecret('')).toBe(false);
  });

  it('takes the name of a variable, and not the secret', () => {
    expect(secretVariable.safeParse('CI_SECRET').success).toBe(true);
    for (const wrong of [SECRET, 'CI_HOOK', 'ci_secret'])
      expect(secretVariable.safeParse(wrong).success).toBe(false);
  });
});
