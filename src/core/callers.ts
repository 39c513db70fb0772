import { createHash, timingSafeEqual } from 'node:crypto';

/*
 * Who may call a port of ours by HTTP. A page of another site can have its own name resolve to this
 * machine, and then read the answers: so the name in the address must be one of ours, and a request
 * that names another page as its origin is refused.
 */

/** The names of this machine to itself. */
export const LOOPBACK: readonly string[] = ['127.0.0.1', 'localhost', '[::1]'];

/** Of a `Host` header. Any port will do: containers and tunnels move it, and it is the name that an attacker chooses. */
export function hostnameOf(host: string): string | undefined {
  return URL.canParse(`http://${host}`) ? new URL(`http://${host}`).hostname : undefined;
}

/** Whether an `Origin` header names the host that was asked. */
export function isOrigin(origin: string, host: string): boolean {
  return origin === `http://${host}` || origin === `https://${host}`;
}

/** The token of an `Authorization` header. */
export function bearerOf(authorization: string | undefined): string | undefined {
  return /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1];
}

/** In the same time whatever they are. Digests first: they have one length, which the comparison needs and which tells nothing. */
export function isSame(one: string, other: string): boolean {
  return isDigestOf(digestOf(other), one);
}

/** Lets somebody check a secret who need not know it. */
export function digestOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}

/** Takes the same time whatever they are. */
export function isDigestOf(digest: string, candidate: string): boolean {
  return timingSafeEqual(Buffer.from(digest, 'hex'), Buffer.from(digestOf(candidate), 'hex'));
}
