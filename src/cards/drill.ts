import { inWords } from '../core/errors.ts';
import { moment } from '../core/figures.ts';
import { toJson } from '../core/json.ts';
import type { State } from '../core/ports/replies.ts';
import type { Subject } from '../core/reply.ts';

/** What a drill found about one version. */
export interface DrillFinding {
  version: number;
  /** From the bytes to the first answer. */
  ms: number;
  rows: number;
  equal: number;
  problem?: string | undefined;
}

export const drillSubject = (id: string): Subject => `drill:${id}`;

/** A drill that runs, that has found something, or that could not be carried out. */
export function drillState(
  { model, environment }: { model: string; environment: string },
  { found, error }: { found?: readonly DrillFinding[]; error?: unknown } = {},
): State {
  const where = `${model} in ${environment}`;
  const data = toJson({ model, environment, found: found ?? null });
  if (error !== undefined) {
    const text = `${inWords(error)} Nothing that is live was touched. /drill ${model} --in ${environment} tries again.`;
    const card = { title: `The drill of ${where} could not be carried out`, text };
    return { card: { ...card, tone: 'danger' }, outcome: 'failed', data };
  }
  if (!found) {
    const card = { title: `Drilling ${where}`, tone: 'progress' } as const;
    const progress = { share: 0.3, words: 'loading what a rollback would restore' };
    return { card: { ...card, progress }, outcome: 'pending', data };
  }
  if (found.length === 0) {
    const title = `Nothing is live of ${where}, so there was nothing to drill`;
    return { card: { title, tone: 'note' }, outcome: 'done', data };
  }
  const failed = found.filter((one) => !passed(one));
  const names = failed.map(({ version }) => `v${version}`).join(' and ');
  return {
    card: {
      ...(failed.length > 0
        ? {
            title: `A rollback of ${where} is not safe: the drill of ${names} failed`,
            tone: 'danger',
            text: `What is live was not touched. Promote a version that works before you depend on a rollback to ${names}.`,
          }
        : {
            title: `The drill of ${where} passed: ${found.map((one) => `v${one.version} ${timed(one)}`).join(', ')}`,
            tone: 'success',
          }),
      table: {
        columns: ['Version', 'Result', 'Ready after', 'Equal answers', 'Problem'],
        rows: found.map((one) => [
          `v${one.version}`,
          passed(one) ? '✓ passed' : '✗ failed',
          one.rows > 0 ? `${one.ms} ms` : '–',
          `${one.equal} of ${one.rows}`,
          one.problem ?? (passed(one) ? '–' : 'its answers differ from those when it was approved'),
        ]),
      },
    },
    outcome: failed.length > 0 ? 'refused' : 'done',
    data,
  };
}

const passed = ({ rows, equal, problem }: DrillFinding): boolean =>
  problem === undefined && rows > 0 && equal === rows;

const timed = ({ ms, rows, equal }: DrillFinding): string => `${ms} ms, ${equal} of ${rows} equal`;

const WEEKDAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const SIX_DAYS_MS = 6 * 86_400_000;

/** `v6, today: 312 ms, 200 of 200 equal`, or `v6, Monday: …`; with the date if it was more than six days ago. */
export function lastDrillInWords(drill: DrillFinding & { at: Date }, now: Date): string {
  const recent = now.getTime() - drill.at.getTime() < SIX_DAYS_MS;
  if (dayOf(drill.at) === dayOf(now)) return inLine(drill, 'today');
  return inLine(drill, recent ? (WEEKDAYS[drill.at.getUTCDay()] ?? '') : moment(drill.at));
}

/** In UTC, as everything. */
const dayOf = (at: Date): string => at.toISOString().slice(0, 10);

/** The same with the date, for what is read later. */
export const drillOn = (drill: DrillFinding & { at: Date }): string =>
  inLine(drill, moment(drill.at));

function inLine(drill: DrillFinding, when: string): string {
  const what = drill.problem === undefined ? timed(drill) : `failed: ${drill.problem}`;
  return `v${drill.version}, ${when}: ${what}`;
}
