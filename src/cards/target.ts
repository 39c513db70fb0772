import type { Action, Card } from '../core/card.ts';
import type { Endpoint } from '../core/endpoint.ts';
import { plural } from '../core/figures.ts';
import { toJson } from '../core/json.ts';
import { oneLine } from '../core/one-line.ts';
import type { State } from '../core/ports/replies.ts';
import type { Subject } from '../core/reply.ts';
import { GATEWAY, type TargetDifference } from '../core/target.ts';

export const targetSubject = (card: string): Subject => `target:${card}`;

type Problem =
  /** `adopt`: the registered version that all of it has, instead of the wanted one. */
  | {
      kind: 'drift';
      differences: readonly TargetDifference[];
      adopt?: number;
      /** Who changed it, if the target knows, and what else it knows of that, in sentences. */
      by?: string | undefined;
      known?: string | undefined;
      /** So often within an hour, a repair was undone. */
      undone?: number;
      /** Of a registry: versions that it has no more. */
      lost?: readonly number[];
    }
  /**
   * `failed`: not applied. `given up`: not applied, and not tried again. `unseen`: applied, but it cannot be observed. `kept`: not removed from a target that left
   * the configuration. `why`: as a sentence.
   */
  | { kind: 'failed' | 'given up' | 'unseen' | 'kept'; why: string };

interface Of extends Endpoint {
  target: string;
}

/** A target that is not as it must be, or about which that is not known. */
export function targetProblem(of: Of, problem: Problem): State {
  const data = toJson({ ...of, ...problem });
  if (problem.kind === 'drift') return { card: drift(of, problem), outcome: 'refused', data };
  const where = `${of.model} in ${of.environment}`;
  const title = {
    failed: `${where} was not applied to ${targetName(of)}`,
    'given up': `${startOf(of)} refuses what is wanted of ${where}`,
    unseen: `${startOf(of)} cannot be observed: ${where}`,
    kept: `${where} was not removed from ${targetName(of)}, which is no longer configured`,
  }[problem.kind];
  const again =
    problem.kind === 'given up'
      ? 'It is not tried again until something else is wanted, or somebody presses the button.'
      : 'It is tried again every minute.';
  const text = [problem.why, aside(of), again].filter(Boolean).join(' ');
  const actions = problem.kind === 'kept' ? [] : [repairAction(of, 'Try again')];
  return { card: { title, tone: 'danger', text, actions }, outcome: 'failed', data };
}

function drift(of: Of, problem: Problem & { kind: 'drift' }): Card {
  const { differences, adopt, undone, lost = [] } = problem;
  const where = `${of.model} in ${of.environment}`;
  const several = differences.some(({ server }) => server !== undefined);
  const shown = differences.slice(0, MOST_ROWS);
  const left = differences.length - shown.length;
  const why = isGateway(of)
    ? 'Callers do not get what is live. Repair has every gateway look again.'
    : [whoInWords(problem), undone === undefined ? REPAIR : stopInWords(undone)].join(' ');
  const keep =
    adopt === undefined
      ? ''
      : `Adopt requests v${adopt} for ${of.environment}, with gates and votes.`;
  return {
    title: `${startOf(of)} has another state of ${where} than wanted`,
    tone: isGateway(of) ? 'danger' : 'warning',
    text: [why, keep, lostInWords(of, lost), aside(of)].filter(Boolean).join(' '),
    table: {
      columns: [...(several ? ['Server'] : []), '', 'Wanted', 'Observed'],
      rows: shown.map(({ what, wanted, observed, server = 'all others' }) => [
        // What a target reports is someone else's text.
        ...(several ? [oneLine(server).slice(0, 60)] : []),
        ...[LABELS[what], inWords(what, wanted), inWords(what, observed)],
      ]),
    },
    ...(left > 0 && { footer: `and ${plural(left, 'more difference')}` }),
    actions: [repairAction(of, 'Repair'), ...(adopt === undefined ? [] : [adoptAction(of, adopt)])],
  };
}

function lostInWords({ model, environment, target }: Of, lost: readonly number[]): string {
  const [first] = lost;
  if (first === undefined) return '';
  const accept = `/adopt ${model} ${first} --from ${target} --in ${environment}`;
  return `Repair also registers there what was deleted. If it was meant, ${accept} accepts that v${first} is gone.`;
}

const REPAIR = 'Repair applies the wanted state again.';

function whoInWords({ by, known }: Problem & { kind: 'drift' }): string {
  const who =
    by === undefined
      ? 'Somebody changed it there, or it lost a change.'
      : `It says that ${oneLine(by).slice(0, 60)} changed it.`;
  return known === undefined ? who : `${who} ${oneLine(known).slice(0, 300)}`;
}

/** Two who both correct it would go on for ever. */
const stopInWords = (undone: number): string =>
  `Repairs were undone ${undone} times within an hour, so somebody or something else corrects it too. Find out who, and agree on one. Until then, a repair needs two operators.`;

/** In the thread of a drift whose repairs were undone. */
export const askedForRepair = (by: string): Card => ({
  title: `${by} asks for another repair`,
  text: 'A second operator confirms it with Repair.',
  tone: 'note',
});

/** It is as it must be again. `applied`: because that was applied; `synced`: it was found so. */
export function targetSolved(of: Of, how: 'applied' | 'synced' | 'removed' | 'moved'): State {
  const where = `${of.model} in ${of.environment}`;
  const title = {
    applied: `${startOf(of)} has taken the wanted state of ${where}`,
    synced: `${startOf(of)} shows the wanted state of ${where} again`,
    removed: `${startOf(of)} was told to remove ${where}`,
    moved: `${startOf(of)} is a former address: it was told to remove ${where}`,
  }[how];
  return { card: { title, tone: 'success' }, outcome: 'done', data: toJson({ ...of, how }) };
}

/** A fleet may have many servers. */
const MOST_ROWS = 20;

/** A version was deleted from a registry, and that was meant. */
export const acceptedLoss = (of: Of, version: number): string =>
  `v${version} of ${of.model} need not be registered at ${targetName(of)} any more. The message about it is updated when that is compared again.`;

/** In the thread of a request that adopts it. */
export const adoption = (of: Of, version: number): Card => ({
  title: `${startOf(of)} serves v${version} of ${of.model} in ${of.environment} already`,
  text: 'Somebody changed it there. This request asks whether that version goes live everywhere; gates and votes are as for any other.',
  tone: 'note',
});

export const targetName = (of: Of): string =>
  isGateway(of) ? 'the gateway' : `the target ${of.target}`;

const isGateway = ({ target }: Of): boolean => target === GATEWAY.name;
const startOf = (of: Of): string => targetName(of).replace(/^t/, 'T');
const aside = (of: Of): string => (isGateway(of) ? '' : 'The gateway is not affected.');

function repairAction({ model, environment }: Endpoint, label: string): Action {
  return { label, command: 'repair', argument: `${model} --in ${environment}`, style: 'primary' };
}

/** Names what was seen: what the target has by the time somebody presses may be something else. */
function adoptAction({ model, environment, target }: Of, version: number): Action {
  return {
    label: `Adopt v${version}`,
    command: 'adopt',
    argument: `${model} ${version} --from ${target} --in ${environment}`,
  };
}

const LABELS: Record<TargetDifference['what'], string> = {
  version: 'Version',
  artifact: 'Model file',
  challenger: 'Version of the rollout',
  weight: 'Percent of the requests',
  shadow: 'In shadow',
  registered: 'Version registered there',
  marked: 'Marked as live',
};

/** Enough of a hash to tell two apart. What a target reports is someone else's text. */
function inWords(what: TargetDifference['what'], value: string | undefined): string {
  if (value === undefined) return 'none';
  return what === 'artifact' ? value.slice(0, 12) : value.slice(0, 40);
}
