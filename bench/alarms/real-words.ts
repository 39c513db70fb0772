import { plural } from '../../src/core/figures.ts';
import type { Watched } from './real.ts';
import { table } from './tables.ts';

/**
 * What a person who looks at the data says of the alarms of a run, or of there being none. Written by hand after
 * looking at the columns; a run with other alarms needs other words.
 */
const SAID: Readonly<Record<string, string>> = {
  'flights 1 2001-02-01':
    'Missed: from late April to May flights are less late than in January (2.7 minutes in May, 4.4 in January). One month of winter weather differs as much from day to day.',
  'flights 12 2001-02-01': 'As with hours: the calm of May is missed.',
  'flights 24 2001-02-01':
    'Not false, and of no importance: in the second half of June more flights go to airports that were not in January. The calm of May is missed, as above.',
  'flights 168 2001-02-01': 'Four weeks are too few to know how much weeks differ.',
  'flights 1 2001-04-01': 'As with January: the calm of May is missed.',
  'flights 12 2001-04-01': 'As with January: the calm of May is missed.',
  'flights 24 2001-04-01': 'As with January: the calm of May is missed.',
  'flights 168 2001-04-01': 'Twelve weeks are too few.',
  'flights, staged 12 2001-02-01':
    'Right: the staged incident, after two days, and nothing before it. The demo has these windows.',
  'flights, staged 24 2001-02-01':
    'Right: the staged incident, after six days. Daily means of distances depend on the weekday, and one month has few of each.',
  'flights, staged 24 2001-04-01': 'Right, after three days.',
  'flights, 100 a day 12 2001-02-01':
    'As with 1,300 a day: the calm of May is missed. The model `delay` of the demo has these windows.',
  'flights, 100 a day 24 2001-02-01': 'As with halves of a day.',
  'flights, 100 a day, staged 12 2001-02-01':
    'Right: the staged incident, as if the feed of `delay` were broken too.',
  'flights, 100 a day, staged 24 2001-02-01':
    'Missed: within a month, daily windows of a hundred flights are not enough, since one January has few of each weekday.',
  'S&P 500 168 2007-01-01':
    'Right: the unrest before the financial crisis, which began in the summer of 2007. Weeks of five rows show it some months later.',
  'S&P 500 672 2007-01-01':
    'Both right: the unrest of winter 2007 to 2008, and the crash of September 2008.',
  'bird strikes 168 1994-01-01':
    'Right: reports leave out the speed more and more often (12% in 1990, 28% in 1995). A person would have seen it in 1994; in the reference it was rising already.',
  'bird strikes 672 1994-01-01':
    'Missed: fewer strikes of military aircraft from 1995 on (14% to 6%), and the missing speeds. Months differ too much with the season.',
};

export function realTable(all: readonly Watched[]): string {
  const rows = all.map((watched) => [
    watched.data,
    `${day(watched.from)} to ${day(watched.until)}`,
    `${lengthOf(watched.hours)}, ${watched.reference}`,
    `${watched.windows}`,
    alarmsOf(watched),
    `${watched.fixed.windows}${watched.fixed.first ? `, first ${day(watched.fixed.first)}` : ''}`,
    SAID[keyOf(watched)] ?? '–',
  ]);
  return table(
    [
      ...['Data', 'Reference', 'Windows, in the reference', 'Watched', 'Alarms'],
      ...['Windows that the fixed rule flags', 'What a person would say'],
    ],
    rows,
  );
}

/** `flights 24 2001-02-01` */
const keyOf = ({ data, hours, until }: Watched) =>
  `${data} ${hours} ${until.toISOString().slice(0, 10)}`;

function alarmsOf({ alarms }: Watched): string {
  if (!alarms) return 'still learning';
  if (alarms.length === 0) return 'none';
  return alarms
    .map(({ at, since, evidence, moved, until }) =>
      [
        `${day(at)}, since about ${day(since)}: ${moved.join(', ')}`,
        `(${Math.round(evidence)} : 1${until ? `, over ${day(until)}` : ''})`,
      ].join(' '),
    )
    .join('; ');
}

function lengthOf(hours: number): string {
  return hours % 24 === 0 ? plural(hours / 24, 'day') : plural(hours, 'hour');
}

function day(date: Date): string {
  return date.toLocaleDateString('en-GB', {
    ...{ day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' },
  });
}
