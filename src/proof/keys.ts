import {
  createHash,
  createPrivateKey,
  createPublicKey,
  type KeyObject,
  sign,
  verify,
} from 'node:crypto';
import { NotProven } from './not-proven.ts';

export interface PublicKey {
  /** SHA-256 of the key as PEM, in hexadecimal: the hint of a model signature, the `keyid` of an envelope. */
  id: string;
  key: KeyObject;
}

export interface PrivateKey extends PublicKey {
  /** The signature of the bytes: of Ed25519, or of ECDSA in DER. */
  sign(data: Uint8Array): Buffer;
}

/** The hash that the Sigstore specifications pair with each curve. */
const HASHES: Readonly<Record<string, string>> = {
  prime256v1: 'sha256',
  secp384r1: 'sha384',
  secp521r1: 'sha512',
};

/** @throws NotProven if it is not a PEM with a key of Ed25519, or of ECDSA over P-256, P-384 or P-521 */
export function publicKeyOf(pem: string): PublicKey {
  const block = /-----BEGIN PUBLIC KEY-----[^-]+-----END PUBLIC KEY-----/.exec(pem)?.[0];
  if (block === undefined) throw new NotProven('The file contains no public key (PEM).');
  try {
    return withId(createPublicKey(block));
  } catch (cause) {
    if (cause instanceof NotProven) throw cause;
    throw new NotProven('The file contains no readable public key.', { cause });
  }
}

export function withId(key: KeyObject): PublicKey {
  hashOf(key);
  return { id: createHash('sha256').update(pemOf(key)).digest('hex'), key };
}

/** @throws NotProven as `publicKeyOf` does */
export function privateKeyOf(pem: string): PrivateKey {
  const key = createPrivateKey(pem);
  return {
    ...withId(createPublicKey(key)),
    sign: (data) => sign(hashOf(key), data, key),
  };
}

export function pemOf(key: KeyObject): string {
  return key.export({ type: 'spki', format: 'pem' }).toString();
}

export function isSignedBy({ key }: PublicKey, data: Uint8Array, signature: Uint8Array): boolean {
  return verify(hashOf(key), data, key, signature);
}

/** Null: the algorithm has its own hash. */
function hashOf({ asymmetricKeyType: type, asymmetricKeyDetails }: KeyObject): string | null {
  if (type === 'ed25519') return null;
  const curve = asymmetricKeyDetails?.namedCurve;
  const hash = type === 'ec' && curve !== undefined ? HASHES[curve] : undefined;
  if (hash !== undefined) return hash;
  throw new NotProven(
    `A key of type ${[type, curve].filter(Boolean).join(' ') || 'unknown'} is not supported; Ed25519, P-256, P-384 and P-521 are.`,
  );
}
