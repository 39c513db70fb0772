import { z } from 'zod';
import { Unreachable } from '../core/errors.ts';
import { type Asked, ask, open } from '../core/http.ts';
import type {
  Cluster,
  ClusterAnswer,
  ClusterCall,
  ClusterPlace,
  ClusterReach,
  OpenCluster,
} from '../core/ports/cluster.ts';
import { type Access, readAccess } from './access.ts';

/** The few calls that plug-ins need, on `node:https`: docs/decisions/0033-a-thin-client-for-kubernetes.md. */
export const openCluster: OpenCluster = async (place, reach) =>
  clusterOf(await readAccess(place.kubeconfig, place.context, reach), place, reach);

export function clusterOf(
  access: Access,
  place: Pick<ClusterPlace, 'namespace'>,
  reach: Pick<ClusterReach, 'signal'>,
): Cluster {
  const { ca, cert, key, token } = access;
  const tls = { ...(ca && { ca }), ...(cert && { cert }), ...(key && { key }) };
  const asked = ({ method, path, doing, query = {}, body, type }: ClusterCall): Asked => {
    const url = new URL(`${access.server.replace(/\/$/, '')}${path}`);
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
    return {
      ...{ method, url, tls, doing, signal: reach.signal },
      headers: {
        accept: 'application/json',
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...(body && { 'content-type': type ?? 'application/json' }),
      },
      ...(body && { body: JSON.stringify(body) }),
    };
  };
  const call = async (given: ClusterCall): Promise<ClusterAnswer> => {
    const { status, text } = await ask(asked(given));
    const json = jsonIn(text);
    return { status, json, message: messageIn(json, text) };
  };

  return {
    namespace: place.namespace ?? access.namespace ?? 'default',
    call,
    open: (given) => open(asked(given)),
    async get(path, doing, shape) {
      const answer = await call({ method: 'GET', path, doing });
      return answer.status === 404 ? undefined : readAnswer(answer, doing, shape);
    },
  };
}

/** @throws Unreachable if it is no success, or not of that shape */
export function readAnswer<T>(answer: ClusterAnswer, doing: string, shape: z.ZodType<T>): T {
  requireSuccess(answer, doing);
  const parsed = shape.safeParse(answer.json);
  if (parsed.success) return parsed.data;
  throw new Unreachable(`${doing}: the answer is not understood. ${z.prettifyError(parsed.error)}`);
}

/** @throws Unreachable */
export function requireSuccess({ status, message }: ClusterAnswer, doing: string): void {
  if (status >= 200 && status < 300) return;
  throw new Unreachable(`${doing}: the cluster answered ${status}. ${message}`);
}

function messageIn(json: unknown, text: string): string {
  const parsed = z.object({ message: z.string() }).safeParse(json);
  return (parsed.success ? parsed.data.message : text).slice(0, 500);
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
