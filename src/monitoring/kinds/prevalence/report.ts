import { figure, percent, rounded, span } from '../../../core/figures.ts';
import type { Alarm, Report } from '../../../core/monitor.ts';
import { ERRORS } from './judge.ts';
import type { LabelShare, PrevalenceEvidence } from './measurement.ts';

const ASSUMED =
  'The estimate assumes that rows of one label are as they were at the evaluation, and are only more or less frequent; labels will tell.';

/** The text of an alert about the shares of labels. */
export function report(evidence: PrevalenceEvidence, alert: Alarm): Report {
  const { model, version, window, newest = window } = alert;
  const { shares, moved, rows, need, of } = evidence;
  const listed = shares.filter(({ name }) => moved.includes(name)).map(sentence);
  const found = `${listed.join('; ') || 'The share of a label moved'} (${figure(rows)} predictions of v${version}, without labels).`;
  const summary = `${found} This was found in at least ${need} of the last ${of} windows. ${ASSUMED}`;
  return {
    title: `${model} gets another mix of labels than at its evaluation`,
    summary,
    table: {
      columns: ['Label', 'Estimated', `± ${ERRORS} standard errors`, 'At the evaluation'],
      rows: shares.map(({ name, estimated, error, evaluated }) => [
        name,
        percent(estimated),
        percent(ERRORS * error),
        percent(evaluated),
      ]),
    },
    again: { title: `Still another mix of labels in ${span(newest)}.`, text: found },
    over: {
      title: `The mix of labels of ${model} is back to normal`,
      text: `It was different from ${span(window)}. The alert said: ${summary}`,
    },
    caution:
      'Put the previous version back into production? It gets the same requests, so its labels are as different.',
  };
}

const sentence = ({ name, estimated, error, evaluated }: LabelShare): string =>
  `${name}: an estimated ${percent(estimated)} ± ${percent(ERRORS * error)}, ${percent(evaluated)} at the evaluation`;

/** Why nothing was estimated, or the label that moved most. */
export function gistOf({
  condition,
  shares,
}: Pick<PrevalenceEvidence, 'condition' | 'shares'>): string {
  const [most] = shares.toSorted(
    (a, b) => Math.abs(b.estimated - b.evaluated) - Math.abs(a.estimated - a.evaluated),
  );
  if (most)
    return `${percent(most.estimated)} ${most.name} estimated, ${percent(most.evaluated)} at the evaluation`;
  const times = condition === null ? 'without limit' : `${rounded(condition)} times`;
  return `answers to different labels are too alike: an error would grow ${times}`;
}
