import { defineMonitorKind } from '../../../core/define-monitor-kind.ts';
import { openProfiles } from '../../profile/open-profiles.ts';
import { columnOf, TRAFFIC } from '../../subjects.ts';
import { histogramOf, timelineOf, tracesOf } from './charts.ts';
import { Evidence, judge } from './judge.ts';
import { type Buckets, measureColumns, measureVolume, volumeSince } from './measure.ts';
import { Measurement } from './measurement.ts';
import { report } from './report.ts';
import { faults, Settings } from './settings.ts';
import { signalsOf } from './signals.ts';
import { foundIn, nameOf } from './words.ts';

/** Whether the data in requests is complete, valid and of the usual amount. */
export const quality = defineMonitorKind({
  name: 'quality',
  summary:
    'Whether values are missing, invalid, out of range or new, and whether as many rows come as usual',
  grade: 'inform',
  defaults: { windowHours: 1, minRows: 50, need: 2, of: 3 },
  judgesEmpty: true,
  settings: Settings,
  measurement: Measurement,
  evidence: Evidence,
  faults,
  judge,
  report,

  async open({ model, environment, version }, monitor, needs) {
    const opened = await openProfiles({ model: model.name, environment, version }, needs);
    if (!opened) return undefined;
    const { answers, current } = opened;
    // The answers of the model do not describe the data it gets.
    const reference = Object.fromEntries(
      Object.entries(opened.reference).filter(([name]) => !answers.includes(name)),
    );
    const weeks = monitor.settings.volume_weeks;
    /** One query for all windows of a check, which come oldest first. */
    let volumes: Promise<Buckets> | undefined;
    return {
      async measure(window) {
        volumes ??= needs.profiles.buckets(
          { model: model.name, environment },
          volumeSince(window, weeks),
        );
        return {
          ...measureColumns(reference, await current(window), model.features),
          volume: measureVolume(await volumes, window, weeks),
        };
      },
      async charts({ signals: [worst] }, history) {
        const latest = history.at(-1);
        if (!worst || !latest) return [];
        const { column = '' } = worst;
        const now = (await current(latest.window))[column];
        const sides = [reference[column], now] as const;
        return [
          ...histogramOf(`${model.name} v${version}`, worst, history, sides),
          ...timelineOf(worst, history, monitor),
        ];
      },
    };
  },

  about: ({ signals }) => ({
    subjects: signals.flatMap(({ check, column, names = [] }) => {
      if (check === 'volume') return [TRAFFIC];
      return (column === undefined ? names : [column]).map(columnOf);
    }),
  }),

  gist(measured, monitor) {
    const raised = signalsOf(measured, monitor).filter(({ status }) => status !== 'ok');
    const worst = raised.find(({ status }) => status === 'alert') ?? raised[0];
    return worst && `${nameOf(worst)} ${foundIn(worst)}`;
  },

  chartedAs: 'heat map',
  traces: tracesOf,
});
