import type { Clock } from '../core/clock.ts';
import { deriveId } from '../core/ids.ts';
import { toJson } from '../core/json.ts';
import type { Vote } from '../core/ports/approvals.ts';
import type { Audit } from '../core/ports/audit.ts';
import type { Notary, Tickets } from '../core/ports/tickets.ts';
import { heardVotes } from './heard.ts';
import { openPrivateKey, publishKey, trustedKeys } from './key-files.ts';
import { signModel } from './model-signing/sign.ts';
import { sealTicket } from './ticket.ts';

interface Parts {
  tickets: Pick<Tickets, 'add'>;
  audit: Pick<Audit, 'head'>;
  clock: Clock;
  /** SHA-256 of the configuration. */
  policy: string;
  /** The folder `keys`. */
  dir: string;
}

/** The name of the model file in a signed model. */
const MODEL_FILE = 'model.onnx';

/** The head of an audit log without events. */
const NO_EVENTS = { sequence: 0, hash: '0'.repeat(64) };

interface Office {
  notary: Notary;
  /** Only now others rely on tickets: before, they wait. */
  publish(): Promise<void>;
}

/** Holds the keys of tickets and model files. */
export async function openNotary({ tickets, audit, clock, policy, dir }: Parts): Promise<Office> {
  const [key, modelKey] = [await openPrivateKey(dir, 'ticket'), await openPrivateKey(dir, 'model')];
  const notary: Notary = {
    heard: async (approval, events, personOf) =>
      heardVotes(approval, events, await trustedKeys(dir, 'witness'), personOf),

    async issue(
      { model, version, environment, artifact, approval: request, takenOver, record },
      approval,
      votes,
    ) {
      const issuedAt = clock.now();
      // The same demand gives the same ticket; with another key, another one.
      const id = deriveId('ticket', request ?? '', takenOver ?? '', artifact, key.id);
      const predicate = {
        ...{ id, model, version, environment, issuedAt: issuedAt.toISOString(), policy },
        ...(request !== undefined && { request }),
        ...(approval && { requestedBy: approval.requestedBy }),
        ...(approval?.evidence && { evidence: approval.evidence.digest }),
        ...(record !== undefined && { record }),
        modelKey: modelKey.id,
        votes: votes.map(counted),
        audit: (await audit.head()) ?? NO_EVENTS,
        ...(takenOver !== undefined && { takenOver }),
      };
      const ticket = {
        ...{ id, model, version, environment, issuedAt },
        envelope: toJson(sealTicket(artifact, predicate, key)),
        modelSignature: toJson(
          signModel(model, [{ name: MODEL_FILE, sha256: artifact }], modelKey),
        ),
      };
      await tickets.add(ticket);
      return ticket;
    },
  };
  return {
    notary,
    async publish() {
      await publishKey(dir, 'ticket', key);
      await publishKey(dir, 'model', modelKey);
    },
  };
}

const counted = ({ person, via, cast, at }: Vote) => ({
  ...{ person, platform: via, at: at.toISOString() },
  ...(cast && { account: cast.by.user }),
});
