import type { MetricDefinition } from '../../src/telemetry/catalogue/define.ts';

const BASE_UNITS = ['seconds', 'bytes', 'ratio', 'total', 'info'];
const OTHER_UNITS =
  /(?:^|_)(?:ms|millis(?:econds)?|minutes?|hours?|days?|kb|mb|gb|kilobytes?|megabytes?|percent(?:age)?)(?:_|$)/;
/** Names that must never be labels: their values are unbounded, or identify a person. */
const UNBOUNDED = [
  'person',
  'user',
  'by',
  'channel',
  'id',
  'run',
  'text',
  'message',
  'error',
  'path',
];

/**
 * Which rules of https://prometheus.io/docs/practices/naming/ and of `promtool check metrics` a metric breaks, as
 * sentences.
 */
export function faultsOf({ name, help, type, labels }: MetricDefinition): string[] {
  const ends = (suffix: string) => name.endsWith(`_${suffix}`);
  const faults: [boolean, string][] = [
    [!/^wheelhouse_[a-z][a-z0-9]*(?:_[a-z0-9]+)*$/.test(name), 'is not wheelhouse_ and words'],
    [help.trim() === '' || help.endsWith('.'), 'has no help, or help with a full stop'],
    [type === 'counter' && !ends('total'), 'is a counter and does not end in _total'],
    [type !== 'counter' && ends('total'), 'ends in _total and is no counter'],
    [type === 'histogram' && !ends('seconds'), 'is a histogram without its unit'],
    [/_(?:count|sum|bucket)$/.test(name), 'has the suffix of a series of a histogram'],
    [OTHER_UNITS.test(name), 'is not in base units'],
    [new RegExp(`_${type}(?:_|$)`).test(name), 'has its type in its name'],
    [BASE_UNITS.some((unit) => name.includes(`_${unit}_`)), 'has its unit in the middle'],
    [labels.some((label) => !/^[a-z][a-z0-9_]*$/.test(label)), 'has a label in another form'],
    [labels.some((label) => name.includes(`_by_${label}`)), 'has a label in its name'],
    [labels.includes('le') || labels.includes('quantile'), 'has a label that is reserved'],
    [labels.some((label) => UNBOUNDED.includes(label)), 'has a label with values without number'],
  ];
  return faults.flatMap(([broken, words]) => (broken ? [`${name} ${words}`] : []));
}
