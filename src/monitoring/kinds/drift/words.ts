import { plural } from '../../../core/figures.ts';
import type { Certified, Learning } from './sequential.ts';
import type { DriftMonitor } from './settings.ts';

/** `41,000 : 1`, with two significant digits: evidence carries no more. */
export function odds(evidence: number): string {
  const shown = evidence >= 1 ? Number(evidence.toPrecision(2)) : Number(evidence.toFixed(1));
  return `${shown.toLocaleString('en-US')} : 1`;
}

/** When a change began: a window's start, with the time for windows of less than a day. UTC. */
export function sinceWords(start: number, windowHours: number): string {
  return new Date(start)
    .toLocaleString('en-GB', {
      ...{ weekday: 'long', day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' },
      ...(windowHours % 24 !== 0 && { hour: '2-digit', minute: '2-digit' }),
    })
    .replaceAll(',', '');
}

function lengthWords(hours: number): string {
  return hours % 24 === 0 ? plural(hours / 24, 'day') : plural(hours, 'hour');
}

/** The smallest shift that the reference can certify, and which columns it says nothing about. */
export function certifiedWords({ least, most, learning, grown }: Certified): string[] {
  const sigma = ({ shift }: { shift: number }) => shift.toFixed(2);
  const range =
    least && most && sigma(least) !== sigma(most)
      ? `${sigma(least)} (${least.column}) to ${sigma(most)} (${most.column})`
      : least && sigma(least);
  const joined =
    grown &&
    ` and the ${plural(grown.windows, 'quiet window')} that it has grown by since ${sinceWords(grown.since, 24)}`;
  const alone = grown?.alone ? `; with the reference alone it is ${sigma(grown.alone)}` : '';
  return [
    ...(range
      ? [
          `With this reference${joined ?? ''}, the smallest shift that can be found is ${range} standard deviations${alone}.`,
        ]
      : []),
    ...(learning.length > 0
      ? [`Still learning: ${new Intl.ListFormat('en-GB').format(learning)}.`]
      : []),
  ];
}

/** Why a monitor is still learning, and what would help. */
export function adviceOn(
  { reason, have = 0, needed = 0, helps = [] }: Learning,
  { name, windowHours }: Pick<DriftMonitor, 'name' | 'windowHours'>,
): string {
  const fixed = `or use fixed rules (\`monitors.${name}.rule: fixed\`)`;
  if (reason === 'no windows')
    return `The reference of this version has no windows: its dataset has no column \`time\`, or an earlier release evaluated it. Add the column and train a new version, ${fixed}.`;
  const long = lengthWords(windowHours);
  const why =
    reason === 'few windows'
      ? `The reference has ${plural(have, 'window')} of ${long}, and at least ${needed} are needed.`
      : `The reference has ${plural(have, 'window')} of ${long}, but they depend on each other too much to tell a change from chance.`;
  const days = Math.ceil((needed * windowHours) / 24);
  const longer =
    reason === 'few windows'
      ? `Train on at least ${plural(days, 'day')}`
      : 'Train on a longer period';
  const best = helps.filter((hours) => hours < windowHours).at(-1) ?? helps[0];
  const other =
    best === undefined
      ? ''
      : `, set \`monitors.${name}.window_hours: ${best}\` (${lengthWords(best)})`;
  return `${why} ${longer}${other}, ${fixed}.`;
}
