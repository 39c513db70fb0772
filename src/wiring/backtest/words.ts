import { triggerInWords } from '../../cards/retraining-words.ts';
import { figure, moment, plural } from '../../core/figures.ts';
import type { Alarm, Matched } from '../../monitoring/backtest.ts';
import type { ReplayedTraining } from '../../retraining/replay.ts';
import type { Backtest, GateBacktest, MonitorBacktest } from './measure.ts';
import type { RetrainBacktest } from './retraining.ts';

/** What would have been, in lines for a terminal. */
export function inLines(result: Backtest, policy: string | undefined): string {
  const { model, environment, since, monitors, gates, retraining } = result;
  const settings = policy === undefined ? 'the settings of the workspace' : policy;
  const head = `${model} in ${environment}${since ? ` since ${moment(since)}` : ''}, under ${settings}`;
  return [
    ...[head, ...monitors.flatMap(ofMonitor), ...ofGates(gates)],
    ...(retraining ? ofRetraining(retraining) : []),
  ].join('\n');
}

function ofMonitor({
  monitor,
  was,
  would,
  judged,
  otherLength,
  alarms,
}: MonitorBacktest): string[] {
  const lines = [
    '',
    `${monitor}: ${counted(was.length, would.length)}, in ${plural(judged, 'window')}`,
  ];
  if (otherLength > 0)
    lines.push(
      `  ${plural(otherLength, 'stored window')} ${otherLength === 1 ? 'has' : 'have'} another length and cannot be judged with window_hours as it is.`,
    );
  return [...lines, ...alarms.map((pair) => `  ${ofAlarm(pair)}`)];
}

const counted = (was: number, would: number): string =>
  was === would
    ? `${plural(would, 'alarm')}, as it was`
    : `${plural(would, 'alarm')} instead of ${was}`;

const HOUR_MS = 3_600_000;

function ofAlarm({ was, would }: Matched): string {
  if (was && would) {
    const ms = was.raisedBy.to.getTime() - would.raisedBy.to.getTime();
    const moved =
      ms === 0 ? 'at the same time' : `${apart(Math.abs(ms))} ${ms > 0 ? 'earlier' : 'later'}`;
    return `${named(would)}: ${moved}`;
  }
  if (would) return `${named(would)}: new`;
  return was ? `${named(was)}: not raised` : '';
}

const named = ({ raisedBy, version, signals }: Alarm): string =>
  `${moment(raisedBy.to)}, v${version} (${signals.join(', ') || 'no column named'})`;

function apart(ms: number): string {
  const hours = Math.round(ms / HOUR_MS);
  return hours % 24 === 0 ? plural(hours / 24, 'day') : plural(hours, 'hour');
}

function ofGates(gates: readonly GateBacktest[]): string[] {
  if (gates.length === 0) return ['', 'No requests with evidence.'];
  const refused = gates.filter(({ would }) => would === 'refused').length;
  const was = gates.filter((gate) => gate.was === 'refused').length;
  const head = `gates: ${refused} of ${plural(gates.length, 'request')} refused${refused === was ? ', as it was' : ` instead of ${was}`}`;
  return ['', head, ...gates.filter(isOther).map((gate) => `  ${ofGate(gate)}`)];
}

const isOther = ({ was, would }: GateBacktest): boolean =>
  (was === 'refused') !== (would === 'refused');

function ofGate({ version, approval, was, would, failed }: GateBacktest): string {
  return would === 'refused'
    ? `v${version} refused (was ${was}; ${approval}): ${failed.join(' ')}`
    : `v${version} passes (was refused; ${approval})`;
}

function ofRetraining({ was, would }: RetrainBacktest): string[] {
  const count =
    was.length === would.length
      ? `${plural(would.length, 'training')}, as it was`
      : `${plural(would.length, 'training')} instead of ${was.length}`;
  const [first] = would;
  const when = first ? `, the first on ${moment(first.at)} UTC` : '';
  const spent = `about ${figure(minutesIn(would))} min of training instead of ${figure(minutesIn(was))}`;
  return [
    '',
    `retraining: ${count}${when}, ${spent}`,
    ...would.map((one) => `  ${ofTraining(one)}`),
  ];
}

const minutesIn = (trainings: readonly ReplayedTraining[]): number =>
  Math.round(trainings.reduce((sum, { minutes }) => sum + minutes, 0));

const ofTraining = ({ at, trigger }: ReplayedTraining): string =>
  `${moment(at)} UTC: ${triggerInWords(trigger, trigger.since)}`;
