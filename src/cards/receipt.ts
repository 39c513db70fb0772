import { moment } from '../core/figures.ts';
import { toJson } from '../core/json.ts';
import type { Approval, Vote } from '../core/ports/approvals.ts';
import type { State } from '../core/ports/replies.ts';
import type { Subject } from '../core/reply.ts';

export const receiptSubject = ({ id }: Pick<Approval, 'id'>, person: string): Subject =>
  `receipt:${id}-${person}`;

/** What a voter gets as a direct message: what they voted on, when, and from where. */
export function receipt(
  approval: Approval,
  { verdict, at, via, person, confirmedAt }: Vote,
): State {
  const { id, model, version, environment, evidence } = approval;
  const did = verdict === 'approve' ? 'approved' : 'rejected';
  const artifact = evidence ? `, ${evidence.artifact.slice(0, 12)}…,` : '';
  const isOpen = approval.status === 'open';
  return {
    card: {
      title: `You ${did} ${model} v${version}${artifact} at ${moment(at)} UTC from ${capital(via)}`,
      tone: 'note',
      text: `For ${environment}${confirmedAt ? `, confirmed at ${moment(confirmedAt)} UTC` : ''}. If this was not you, withdraw it and tell an admin.`,
      ...(isOpen && { actions: [{ label: 'Withdraw', command: 'withdraw', argument: id }] }),
      footer: id,
    },
    outcome: isOpen ? 'pending' : 'done',
    data: toJson({ approval: id, verdict, at, via, person, artifact: evidence?.artifact }),
  };
}

/** What a voter is asked to confirm: exactly what they approve. The button alone has the code. */
export function confirmation(approval: Approval, until: Date, code: string): State {
  const { id, model, version, environment, requestedBy, evidence } = approval;
  const gates = evidence?.gates ?? [];
  const passed = gates.filter((gate) => gate.passed).length;
  return {
    card: {
      title: `Confirm your approval of ${model} v${version} for ${environment}`,
      tone: 'warning',
      text: `Your vote counts only once you confirm it here, until ${moment(until)} UTC. This is exactly what you approve:`,
      facts: [
        { label: 'Version', value: `${model} v${version}` },
        { label: 'Environment', value: environment },
        { label: 'Model file', value: `SHA-256 ${evidence?.artifact ?? 'unknown'}` },
        { label: 'Evidence', value: `SHA-256 ${evidence?.digest ?? 'unknown'}` },
        { label: 'Gates', value: `${passed} of ${gates.length} passed` },
        ...(evidence?.champion === undefined
          ? []
          : [{ label: 'Would replace', value: `v${evidence.champion}` }]),
        { label: 'Requested by', value: requestedBy },
      ],
      actions: [
        {
          label: 'Confirm',
          command: 'confirm',
          argument: `${id} --code ${code}`,
          style: 'primary',
        },
        { label: 'Withdraw', command: 'withdraw', argument: id },
      ],
      footer: id,
    },
    outcome: 'pending',
    data: toJson({ approval: id, artifact: evidence?.artifact, evidence: evidence?.digest, until }),
  };
}

export function receiptWithdrawn({ id, model, version }: Approval): State {
  return {
    card: { title: `You withdrew your vote on ${model} v${version}`, tone: 'note', footer: id },
    outcome: 'done',
    data: toJson({ approval: id }),
  };
}

const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);
