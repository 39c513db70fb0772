import { canonical, sha256 } from '../../src/core/canonical.ts';
import { NotFound } from '../../src/core/errors.ts';
import { toJson } from '../../src/core/json.ts';
import type { AuditEvent } from '../../src/core/ports/audit.ts';
import type { ReceiverSpec, ReceiverState } from '../../src/core/ports/webhooks.ts';
import type { Needs } from '../../src/core/world.ts';
import { servedVersion } from '../../src/webhooks/cd-event.ts';
import { cloudEventOf } from '../../src/webhooks/cloud-event.ts';
import { wants } from '../../src/webhooks/matches.ts';
import { redacted } from '../../src/webhooks/redacted.ts';
import { followAudit } from './follow-audit.ts';

type Parts = Needs<'webhooks' | 'deliveries' | 'audit' | 'versions' | 'clock'>;

/** Makes deliveries of all events behind the cursor that the receiver wants. */
export async function spreadEvents(
  spec: ReceiverSpec,
  { cursor: at }: ReceiverState,
  needs: Parts,
  signal: AbortSignal,
): Promise<void> {
  const { deliveries, clock } = needs;
  await followAudit(
    { at, advance: (from, to) => deliveries.advance(spec.name, from, to) },
    async (event) => {
      if (wants(spec, event)) await deliveries.add(await draftOf(event, spec, needs), clock.now());
    },
    needs,
    signal,
  );
}

async function draftOf(event: AuditEvent, spec: ReceiverSpec, needs: Parts) {
  const { sequence, action, model, hash } = event;
  const artifact = await artifactOf(event, needs);
  const cloudEvent = cloudEventOf(event, { ...needs.webhooks.origin, artifact });
  return {
    ...{ receiver: spec.name, sequence, action },
    ...(model !== undefined && { model }),
    // Unique, as the hash in the chain is.
    message: `evt_${sha256(`${cloudEvent.source} ${hash}`).slice(0, 32)}`,
    body: canonical(redacted(toJson(cloudEvent))),
  };
}

async function artifactOf(
  event: AuditEvent,
  { versions }: Needs<'versions'>,
): Promise<string | undefined> {
  const version = servedVersion(event);
  if (version === undefined || event.model === undefined) return undefined;
  try {
    return (await versions.numbered(event.model, version)).artifact.sha256;
  } catch (error) {
    // A model that was removed from the configuration.
    if (error instanceof NotFound) return undefined;
    throw error;
  }
}
