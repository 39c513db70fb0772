import { figure, plural, rounded } from '../../core/figures.ts';
import { metricHeading } from '../../tasks/words.ts';
import type { Effect } from './effect.ts';
import type { Reproduction } from './reproduce.ts';
import { type Restored, short } from './restore.ts';

const MOST_METRICS = 6;

interface About {
  revision: string;
  restored: Restored;
  bytes: number;
  packages: number;
  unit: string | undefined;
}

/** What came out, for a terminal. */
export function inText(found: Reproduction, about: About): string {
  const { model, version, equal, artifact, differences } = found;
  const isSame = artifact.recorded === artifact.now;
  const heading = equal
    ? `✔ ${model} v${version} is reproduced, equal bit for bit.`
    : isSame
      ? `✖ ${model} v${version} is not reproduced from its source. On the recorded rows, training gives the same file, bit for bit.`
      : `✖ ${model} v${version} is not reproduced: training gives another model file.`;
  const facts = factsOf(found, about);
  const width = Math.max(...facts.map(([label]) => label.length));
  return [
    heading,
    '',
    ...facts.map(([label, value]) => `  ${label.padEnd(width)}  ${value}`),
    ...(differences.length > 0
      ? ['', equal ? '  Changed since, without effect:' : '  What differs:']
      : []),
    ...differences.map(({ words }) => `  - ${words}`),
    ...effectLines('Effect on the answers', found.effect, about.unit),
    ...effectLines('Effect of the other rows', found.effectOfRows, about.unit),
    '',
    '  Nothing was registered.',
    '',
  ].join('\n');
}

function factsOf({ artifact, rows, parameters }: Reproduction, about: About): [string, string][] {
  const { restored, revision } = about;
  const inFull = Object.entries(parameters).map(([name, value]) => `${name}=${value}`);
  const code =
    restored.from === 'commit'
      ? `commit ${short(revision)}, in a clean folder`
      : `the workspace as it is now. ${restored.why}`;
  const given =
    rows.now === undefined
      ? 'none from the dataset program'
      : rows.now.sha256 === rows.recorded.sha256
        ? 'the dataset program gives the same, bit for bit'
        : `${figure(rows.now.rows)} others from the dataset program`;
  const used =
    rows.trainedOn === 'recorded' ? '' : '; trained on those, the recorded ones are gone';
  return [
    [
      'Model',
      `${artifact.now.slice(0, 12)}, recorded ${artifact.recorded.slice(0, 12)} (${figure(Math.ceil(about.bytes / 1024))} kB)`,
    ],
    ['Rows', `${figure(rows.recorded.rows)} recorded; ${given}${used}`],
    ['Code', code],
    ['Parameters', inFull.join(', ') || 'none'],
    [
      'Software',
      `node ${process.version}, ${process.platform} ${process.arch}, ${plural(about.packages, 'installed package')}`,
    ],
  ];
}

function effectLines(
  title: string,
  effect: Effect | undefined,
  unit: string | undefined,
): string[] {
  if (!effect) return [];
  const { rows, differing, largest, metrics } = effect;
  const answers =
    differing === 0
      ? `all ${figure(rows)} answers are equal`
      : `${figure(differing)} of ${figure(rows)} answers differ, by ${rounded(largest)} at most`;
  return [
    '',
    `  ${title}: ${answers}.`,
    ...metrics
      .slice(0, MOST_METRICS)
      .map(
        ({ name, recorded, now }) =>
          `  - ${metricHeading(name, unit)}: ${figure(recorded)}, now ${figure(now)} (${signed(now - recorded)})`,
      ),
  ];
}

const signed = (value: number) => `${value < 0 ? '−' : '+'}${figure(Math.abs(value))}`;
