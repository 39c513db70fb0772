import type { Action } from '../core/card.ts';
import type { Endpoint } from '../core/endpoint.ts';
import { toJson } from '../core/json.ts';
import type { State } from '../core/ports/replies.ts';
import type { Subject } from '../core/reply.ts';
import type { TargetDifference } from '../core/target.ts';

export const targetSubject = (card: string): Subject => `target:${card}`;

type Problem =
  | { kind: 'drift'; differences: readonly TargetDifference[] }
  /** `failed`: not applied. `unseen`: applied, but it cannot be observed. `why`: as a sentence. */
  | { kind: 'failed' | 'unseen'; why: string };

interface Of extends Endpoint {
  target: string;
}

/** A target that is not as it must be, or about which that is not known. */
export function targetProblem(of: Of, problem: Problem): State {
  const where = `${of.model} in ${of.environment}`;
  const data = toJson({ ...of, ...problem });
  const actions = [repairAction(of, problem.kind === 'drift' ? 'Repair' : 'Try again')];
  if (problem.kind === 'drift')
    return {
      card: {
        title: `The target ${of.target} has another state of ${where} than wanted`,
        tone: 'warning',
        text: 'Somebody changed it there, or it lost a change. Repair applies the wanted state again. The gateway is not affected.',
        table: {
          columns: ['', 'Wanted', 'Observed'],
          rows: problem.differences.map(({ what, wanted, observed }) => [
            LABELS[what],
            inWords(what, wanted),
            inWords(what, observed),
          ]),
        },
        actions,
      },
      ...{ outcome: 'refused', data },
    };
  const title =
    problem.kind === 'failed'
      ? `${where} was not applied to the target ${of.target}`
      : `The target ${of.target} cannot be observed: ${where}`;
  const text = `${problem.why} The gateway is not affected. It is tried again every minute.`;
  return { card: { title, tone: 'danger', text, actions }, outcome: 'failed', data };
}

/** It is as it must be again. `applied`: because that was applied; `synced`: it was found so. */
export function targetSolved(of: Of, how: 'applied' | 'synced'): State {
  const where = `${of.model} in ${of.environment}`;
  const title =
    how === 'applied'
      ? `The target ${of.target} has taken the wanted state of ${where}`
      : `The target ${of.target} shows the wanted state of ${where} again`;
  return { card: { title, tone: 'success' }, outcome: 'done', data: toJson({ ...of, how }) };
}

function repairAction({ model, environment }: Endpoint, label: string): Action {
  return { label, command: 'repair', argument: `${model} --in ${environment}`, style: 'primary' };
}

const LABELS: Record<TargetDifference['what'], string> = {
  version: 'Version',
  artifact: 'Model file',
  challenger: 'Version of the rollout',
  weight: 'Percent of the requests',
  shadow: 'In shadow',
};

/** Enough of a hash to tell two apart. What a target reports is someone else's text. */
function inWords(what: TargetDifference['what'], value: string | undefined): string {
  if (value === undefined) return 'none';
  return what === 'artifact' ? value.slice(0, 12) : value.slice(0, 40);
}
