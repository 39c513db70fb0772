import { defineMonitorKind } from '../../../core/define-monitor-kind.ts';
import { openAnswers } from '../../answers.ts';
import { openProfiles } from '../../profile/open-profiles.ts';
import { momentsOf } from '../../shift/moments.ts';
import { estimatePrevalence } from '../../shift/prevalence.ts';
import { timelinesOf, tracesOf } from './charts.ts';
import { judge } from './judge.ts';
import { Evidence, Measurement } from './measurement.ts';
import { gistOf, report } from './report.ts';
import { faults, Settings } from './settings.ts';

/** Estimates, before there are labels, how frequent each of them has become. */
export const prevalence = defineMonitorKind({
  name: 'prevalence',
  summary: 'Whether labels are as frequent as at the evaluation, estimated without labels',
  grade: 'inform',
  defaults: { windowHours: 168, minRows: 500, need: 2, of: 3 },
  settings: Settings,
  measurement: Measurement,
  evidence: Evidence,
  faults,
  judge,
  report,

  async open(watched, { settings }, needs) {
    const answering = await openAnswers(watched, needs);
    const profiles = answering && (await openProfiles(answering.asked, needs));
    const byLabel = profiles?.answersByLabel;
    if (!answering || !byLabel) return undefined;
    const { asked, classes } = answering;
    return {
      async measure(window, signal) {
        const { rows, answers } = await needs.predictions.answered({ ...asked, window }, signal);
        const moments = momentsOf(answers, asked.width);
        const { condition, shares } = estimatePrevalence(byLabel, moments, settings.max_condition);
        // A share of yes gives that of no.
        const named = shares?.flatMap((share, at) => {
          const name = classes.length > 0 ? classes[at] : [undefined, 'yes'][at];
          return name === undefined ? [] : [{ name, ...share }];
        });
        return {
          rows,
          condition: Number.isFinite(condition) ? condition : null,
          shares: named ?? [],
        };
      },
      async charts(evidence, history) {
        return timelinesOf(`${watched.model.name} v${watched.version}`, evidence, history);
      },
    };
  },

  /** How far the share of a label is from that at the evaluation. */
  size: ({ shares }) =>
    Math.max(0, ...shares.map(({ estimated, evaluated }) => Math.abs(estimated - evaluated))),

  gist: (measured) => gistOf(measured),
  traces: tracesOf,
});
