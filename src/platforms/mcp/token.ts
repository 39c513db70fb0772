import { createHmac } from 'node:crypto';
import { bearerOf, isSame } from '../../core/callers.ts';

/** The token of an agent: it follows from the session token, and admits to nothing but the agent's calls. */
export const agentToken = (token: string, agent: string): string =>
  createHmac('sha256', token).update(`agent ${agent}`).digest('base64url');

/** The agent whose token a request carries; undefined if it is nobody's. */
export function agentIn(
  authorization: string | undefined,
  { token, agents }: { token: string; agents: readonly string[] },
): string | undefined {
  const given = bearerOf(authorization);
  // All are compared, so that the time says nothing.
  const matches = agents.filter((name) => isSame(given ?? '', agentToken(token, name)));
  return given === undefined ? undefined : matches[0];
}
