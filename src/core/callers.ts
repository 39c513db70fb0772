import { createHash, timingSafeEqual } from 'node:crypto';

/*
 * Who may call one of our HTTP ports. A page of another site can let its own name resolve to this machine and
 * then read the answers. Therefore the host name must be one of ours, and a request from a page of another
 * origin is refused.
 */

/** Names by which this machine refers to itself. */
export const LOOPBACK: readonly string[] = ['127.0.0.1', 'localhost', '[::1]'];

/**
 * The host name of a `Host` header. Any port is accepted: containers and tunnels change it, and an attacker
 * controls the name, not the port.
 */
export function hostnameOf(host: string): string | undefined {
  return URL.canParse(`http://${host}`) ? new URL(`http://${host}`).hostname : undefined;
}

/** Whether an `Origin` header has the same host as the request. */
export function isOrigin(origin: string, host: string): boolean {
  return origin === `http://${host}` || origin === `https://${host}`;
}

/** The token of an `Authorization` header. */
export function bearerOf(authorization: string | undefined): string | undefined {
  return /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1];
}

/**
 * Constant-time comparison. Compares digests, because the comparison needs equal lengths and a length would
 * reveal something.
 */
export function isSame(one: string, other: string): boolean {
  return isDigestOf(digestOf(other), one);
}

/** Lets a caller check a secret without knowing it. */
export function digestOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}

/** Takes the same time for any input. */
export function isDigestOf(digest: string, candidate: string): boolean {
  return timingSafeEqual(Buffer.from(digest, 'hex'), Buffer.from(digestOf(candidate), 'hex'));
}
