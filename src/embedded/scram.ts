import { createHash, createHmac, pbkdf2Sync, randomBytes, timingSafeEqual } from 'node:crypto';
import { StoreError } from './errors.ts';
import { USER } from './password.ts';

export const MECHANISM = 'SCRAM-SHA-256';
/** The minimum of RFC 7677, accepted by drivers. The password is random: more would add nothing. */
const ITERATIONS = 4096;

/** What the server stores of a password: enough to check a proof, not enough to create one. */
export interface Verifier {
  salt: Buffer;
  storedKey: Buffer;
  serverKey: Buffer;
}

/** @param password ASCII without controls, which SASLprep leaves as it is */
export function verifierOf(password: string): Verifier {
  const salt = randomBytes(16);
  const salted = pbkdf2Sync(password, salt, ITERATIONS, 32, 'sha256');
  const storedKey = createHash('sha256').update(hmac(salted, 'Client Key')).digest();
  return { salt, storedKey, serverKey: hmac(salted, 'Server Key') };
}

/** One exchange: the server's first message, and what checks the client's last. */
export interface Exchange {
  first: string;
  /**
   * @returns the server's last message, which proves to the client that we know the password too
   * @throws StoreError 18 if the proof is wrong
   */
  finish(clientFinal: string): string;
}

/**
 * The server's side of SCRAM-SHA-256 without channel binding.
 * https://www.rfc-editor.org/rfc/rfc5802#section-5, https://www.rfc-editor.org/rfc/rfc7677
 * @throws StoreError 18 for another user, or what is no first message
 */
export function beginScram(verifier: Verifier, clientFirst: string): Exchange {
  const opening = /^(?<header>[ny],,)(?<bare>n=(?<user>[^,]*),r=(?<nonce>[^,]+))$/.exec(
    clientFirst,
  );
  const { header = '', bare = '', user, nonce: theirs = '' } = opening?.groups ?? {};
  if (user !== USER) throw refused();
  const nonce = theirs + randomBytes(18).toString('base64');
  const first = `r=${nonce},s=${verifier.salt.toString('base64')},i=${ITERATIONS}`;
  const binding = `c=${Buffer.from(header).toString('base64')},r=${nonce}`;
  const said = `${bare},${first},${binding}`;
  return {
    first,
    finish(clientFinal) {
      const [start, proof = ''] = clientFinal.split(',p=');
      if (start !== binding) throw refused();
      const signature = hmac(verifier.storedKey, said);
      const given = Buffer.from(proof, 'base64');
      if (given.length !== signature.length) throw refused();
      const clientKey = Buffer.from(signature.map((byte, i) => byte ^ (given[i] ?? 0)));
      const storedKey = createHash('sha256').update(clientKey).digest();
      if (!timingSafeEqual(storedKey, verifier.storedKey)) throw refused();
      return `v=${hmac(verifier.serverKey, said).toString('base64')}`;
    },
  };
}

/** One message for every reason: an attacker learns nothing. */
function refused(): StoreError {
  return new StoreError(18, 'Authentication failed.');
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}
