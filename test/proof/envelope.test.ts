import { generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { encoded, seal, unseal } from '../../src/proof/envelope.ts';
import { privateKeyOf, publicKeyOf } from '../../src/proof/keys.ts';
import { readStatement, statementOf } from '../../src/proof/statement.ts';

const newKey = () =>
  privateKeyOf(
    generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  );
const key = newKey();
const TYPE = 'application/example';

describe('proof/envelope', () => {
  it('encodes the example of the DSSE specification', () => {
    expect(encoded('http://example.com/HelloWorld', Buffer.from('hello world')).toString()).toBe(
      'DSSEv1 29 http://example.com/HelloWorld 11 hello world',
    );
  });

  it('opens what was sealed by any of the keys, and says by which', () => {
    const payload = Buffer.from('{"a":"ü"}');
    const opened = unseal(seal(TYPE, payload, key), TYPE, [newKey(), key]);
    expect(opened).toMatchObject({ payload, by: { id: key.id } });
  });

  it('refuses every flipped byte of payload and signature', () => {
    const envelope = seal(TYPE, Buffer.from('{"approve":7}'), key);
    const flip = (text: string, at: number, bit: number) => {
      const bytes = Buffer.from(text, 'base64');
      bytes[at % bytes.length] = (bytes[at % bytes.length] ?? 0) ^ (1 << bit);
      return bytes.toString('base64');
    };
    fc.assert(
      fc.property(fc.nat(200), fc.nat(7), fc.boolean(), (at, bit, isPayload) => {
        const [{ sig }] = envelope.signatures as [{ sig: string }];
        const changed = isPayload
          ? { ...envelope, payload: flip(envelope.payload, at, bit) }
          : { ...envelope, signatures: [{ sig: flip(sig, at, bit), keyid: key.id }] };
        expect(() => unseal(changed, TYPE, [key])).toThrow('None of the trusted keys');
      }),
    );
  });

  it('refuses another payload type, also one with the same letters after each other', () => {
    const envelope = seal(TYPE, Buffer.from('x'), key);
    expect(() => unseal(envelope, 'application/other', [key])).toThrow('payload type');
    const moved = { ...envelope, payloadType: `${TYPE} 1` };
    expect(() => unseal(moved, `${TYPE} 1`, [key])).toThrow('None of the trusted keys');
  });

  it.each([
    [undefined],
    [null],
    [{}],
    ['x'],
    [{ payload: 'eA==', payloadType: TYPE, signatures: [] }],
  ])('refuses %j', (value) => {
    expect(() => unseal(value, TYPE, [key])).toThrow('not a DSSE envelope');
  });
});

describe('proof/keys', () => {
  it('refuses what is no key, and keys of other kinds', () => {
    expect(() => publicKeyOf('hello')).toThrow('no public key');
    const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'secp256k1' });
    const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
    expect(() => publicKeyOf(pem)).toThrow('type ec secp256k1 is not supported');
  });
});

describe('proof/statement', () => {
  const about = { name: 'flights', sha256: 'ab'.repeat(32), predicate: { version: 7 } };
  const shape = z.object({ version: z.number() });

  it('reads what it wrote', () => {
    expect(readStatement(statementOf('urn:a', about), 'urn:a', shape)).toEqual(about);
  });

  it('refuses another type, another predicate, two subjects and no JSON', () => {
    const bytes = statementOf('urn:a', about);
    expect(() => readStatement(bytes, 'urn:b', shape)).toThrow('urn:b');
    expect(() => readStatement(bytes, 'urn:a', z.object({ v: z.string() }))).toThrow('urn:a');
    const two = JSON.parse(bytes.toString());
    two.subject.push(two.subject[0]);
    expect(() => readStatement(Buffer.from(JSON.stringify(two)), 'urn:a', shape)).toThrow('urn:a');
    expect(() => readStatement(Buffer.from('{'), 'urn:a', shape)).toThrow('not JSON');
  });
});
