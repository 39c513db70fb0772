import { createHmac } from 'node:crypto';
import { bearerOf, isSame } from '../../core/callers.ts';
import { BadInput } from '../../core/errors.ts';

/** Checks callers: by the token itself in a header, or by a value derived from it in a cookie. */
export interface Pass {
  /** Whether `candidate` is the token. Takes the same time for every candidate. */
  isToken(candidate: string): boolean;
  /** Whether a request is allowed, by its `authorization` and `cookie` headers. */
  admits(
    headers: { authorization?: string | undefined; cookie?: string | undefined },
    port: number,
  ): boolean;
  /** The `set-cookie` line. */
  cookie(port: number, secure: boolean): string;
}

/** All ports of a host share their cookies, so the name must be unique. */
const cookieName = (port: number) => `wheelhouse_${port}`;

export function createPass(token: string): Pass {
  if (token.length < 16)
    throw new BadInput('The session token is too short to keep anybody out.', {
      next: 'Take at least 16 random characters.',
    });
  // The cookie is not the token: someone who can read the cookies cannot call the API as a program.
  const badge = createHmac('sha256', token).update('cookie').digest('base64url');
  return {
    isToken: (candidate) => isSame(candidate, token),
    admits({ authorization, cookie }, port) {
      const bearer = bearerOf(authorization);
      if (bearer !== undefined) return isSame(bearer, token);
      return isSame(cookieIn(cookie ?? '', cookieName(port)) ?? '', badge);
    },
    cookie: (port, secure) =>
      `${cookieName(port)}=${badge}; Path=/; HttpOnly; SameSite=Strict${secure ? '; Secure' : ''}`,
  };
}

function cookieIn(header: string, name: string): string | undefined {
  for (const pair of header.split(';')) {
    const [key, value] = pair.trim().split('=', 2);
    if (key === name) return value;
  }
  return undefined;
}
