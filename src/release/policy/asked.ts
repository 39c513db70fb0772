import { type Models, specIn } from '../../core/model.ts';
import type { Approval, Asked } from '../../core/ports/approvals.ts';
import type { EndpointState } from '../../core/ports/endpoints.ts';

type Request = Pick<Approval, 'model' | 'environment' | 'evidence' | 'votes'>;

/** The approval rule of an endpoint, in the configuration as it is now. */
export function ruleOf(
  { model, environment }: Pick<Request, 'model' | 'environment'>,
  { models }: { models: Pick<Models, 'list'> },
): {
  needed: number;
  groups: Readonly<Record<string, number>>;
  confirm?: 'direct-message' | undefined;
} {
  const spec = models.list().find(({ name }) => name === model);
  const { needed = 0, groups = {}, confirm } = spec ? specIn(spec, environment).approval : {};
  return { needed, groups, confirm };
}

/** What someone who votes now votes on. Artifact, gates, metrics and comparison are in the evidence. */
export function askedNow(
  request: Pick<Request, 'model' | 'environment' | 'evidence'>,
  now: { models: Pick<Models, 'list'>; endpoint: Pick<EndpointState, 'stable'> },
): Asked {
  const { needed, groups, confirm } = ruleOf(request, now);
  const sorted = Object.entries(groups).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return {
    evidence: request.evidence?.digest ?? 'none',
    live: now.endpoint.stable ?? 'none',
    rule: [
      String(needed),
      ...sorted.map(([name, count]) => `${name} ${count}`),
      ...(confirm ? [`confirmed by ${confirm}`] : []),
    ].join(', '),
  };
}

/**
 * What has changed of what was voted on, for "X's vote does not count: … since then"; undefined if nothing has.
 * Votes of earlier releases do not say what they were about.
 */
export function changedSince(
  asked: Asked | undefined,
  request: Request,
  now: { models: Pick<Models, 'list'>; endpoint?: Pick<EndpointState, 'stable'> | undefined },
): string | undefined {
  if (!asked) return undefined;
  const { endpoint = { stable: asked.live } } = now;
  const current = askedNow(request, { models: now.models, endpoint });
  if (current.evidence !== asked.evidence) return 'the evidence has changed since then';
  if (current.rule !== asked.rule) return 'the approval rule has changed since then';
  if (current.live !== asked.live && now.endpoint)
    return 'another version has gone live since then';
  return undefined;
}
