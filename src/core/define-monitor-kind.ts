import { z } from 'zod';
import type { Json } from './json.ts';
import { toJson } from './json.ts';
import type { MonitorSpec } from './model.ts';
import type {
  About,
  Alarm,
  Measurement,
  Measures,
  MonitorFault,
  MonitorKind,
  MonitorSchema,
  Opened,
  Report,
  Trace,
  Verdict,
  Watched,
} from './monitor.ts';
import type { Grade } from './ports/alerts.ts';

/** A monitor with the settings of its kind. */
export type MonitorOf<S> = Omit<MonitorSpec, 'settings'> & { settings: S };

interface Defaults {
  windowHours: number;
  minRows: number;
  need: number;
  of: number;
  /** Of the keys that only this kind has. */
  settings?: Readonly<Record<string, unknown>>;
}

interface Definition<Own extends z.ZodRawShape, M extends { rows: number }, E> {
  name: string;
  summary: string;
  /** `harm` only if it measures or estimates a loss. */
  grade: Grade;
  /** Defaults of monitors of this kind; they may depend on the keys that the file has. */
  defaults: Defaults | ((given: Readonly<Record<string, unknown>>) => Defaults);
  /** Whether windows without rows are evaluated too. */
  judgesEmpty?: boolean;
  /** Default: of the time of predictions. */
  windowsOf?: MonitorKind['windowsOf'];
  /** The keys that only this kind has. Parsing its output again must not change it. */
  settings: z.ZodObject<Own>;
  /** The stored form of a measured window. Should also accept what earlier releases stored. */
  measurement: z.ZodType<M>;
  /** The stored form of an alert's evidence. */
  evidence: z.ZodType<E>;
  /** Default: it keeps to no budget. */
  sharesBudget?(monitor: MonitorOf<z.output<z.ZodObject<Own>>>): boolean;
  faults?(
    monitor: MonitorOf<z.output<z.ZodObject<Own>>>,
    model: Watched['model'],
  ): readonly MonitorFault[];
  open(
    watched: Watched,
    monitor: MonitorOf<z.output<z.ZodObject<Own>>>,
    needs: Measures,
  ): Promise<Opened<M, E> | undefined>;
  judge(
    latest: Measurement<M>,
    earlier: readonly Measurement<M>[],
    monitor: MonitorOf<z.output<z.ZodObject<Own>>>,
    state?: Json,
  ): Verdict<E>;
  report(evidence: E, alarm: Alarm): Report;
  /** What an alarm is about. Default: something of its own, so that it is an alert of its own. */
  about?(evidence: E, signals: readonly string[]): About;
  /** The metric whose loss its alerts are about, for kinds that measure or estimate performance. */
  watches?(
    monitor: MonitorOf<z.output<z.ZodObject<Own>>>,
    task: Watched['model']['task'],
  ): string | undefined;
  size?(measured: M, monitor: MonitorOf<z.output<z.ZodObject<Own>>>): number | undefined;
  gist(
    measured: M,
    monitor: MonitorOf<z.output<z.ZodObject<Own>>>,
    figures?: Json,
  ): string | undefined;
  /** Default: lines. */
  chartedAs?: MonitorKind['chartedAs'];
  traces(measured: M, monitor: MonitorOf<z.output<z.ZodObject<Own>>>): Trace[];
  note?(
    figures: Json | undefined,
    monitor: MonitorOf<z.output<z.ZodObject<Own>>>,
  ): string | undefined;
}

/** A kind of monitor as listed in `src/monitoring/kinds/index.ts`. */
export function defineMonitorKind<Own extends z.ZodRawShape, M extends { rows: number }, E>(
  definition: Definition<Own, M, E>,
): MonitorKind {
  const { name, summary, grade, settings, measurement, evidence } = definition;
  const { defaults } = definition;
  const defaultsFor = typeof defaults === 'function' ? defaults : () => defaults;
  const read = (monitor: MonitorSpec) => ({
    ...monitor,
    settings: settings.parse(monitor.settings),
  });
  /** The monitor may have been of another kind when the window was evaluated. */
  const known = ({ window, measured }: Measurement<Json>): Measurement<M>[] => {
    const { data } = measurement.safeParse(measured);
    return data === undefined ? [] : [{ window, measured: data }];
  };

  return {
    name,
    summary,
    grade,
    watches: (monitor, task) => definition.watches?.(read(monitor), task),
    judgesEmpty: definition.judgesEmpty ?? false,
    chartedAs: definition.chartedAs ?? 'lines',
    windowsOf: definition.windowsOf ?? 'predictions',
    keys: ['kind', ...Object.keys(COMMON.shape), ...Object.keys(settings.shape)],
    schema: schemaOf(name, defaultsFor, settings.shape),
    sharesBudget: (monitor) => definition.sharesBudget?.(read(monitor)) ?? false,
    faults: (monitor, model) => [...(definition.faults?.(read(monitor), model) ?? [])],

    async open(watched, monitor, needs) {
      const opened = await definition.open(watched, read(monitor), needs);
      return (
        opened && {
          async measure(window, signal) {
            const measured = await opened.measure(window, signal);
            return measured && toJson(measured);
          },
          ...(opened.changedSince && { changedSince: opened.changedSince }),
          charts: (found, history) => opened.charts(evidence.parse(found), history.flatMap(known)),
        }
      );
    },

    judge({ window, measured }, earlier, monitor, state) {
      const latest = { window, measured: measurement.parse(measured) };
      const verdict = definition.judge(latest, earlier.flatMap(known), read(monitor), state);
      return { ...verdict, evidence: toJson(verdict.evidence) };
    },

    report(found, alarm) {
      const { data } = evidence.safeParse(found);
      return data === undefined ? unreadable(alarm) : definition.report(data, alarm);
    },

    about(found, signals) {
      const { data } = evidence.safeParse(found);
      const own = { subjects: signals.map((signal) => `${name} ${signal}`) };
      return (data === undefined ? undefined : definition.about?.(data, signals)) ?? own;
    },

    size(measured, monitor) {
      const { data } = measurement.safeParse(measured);
      return data && definition.size?.(data, read(monitor));
    },

    gist(measured, monitor, figures) {
      const { data } = measurement.safeParse(measured);
      return data && definition.gist(data, read(monitor), figures);
    },

    traces(measured, monitor) {
      const { data } = measurement.safeParse(measured);
      return data === undefined
        ? []
        : definition.traces(data, read(monitor)).filter(({ value }) => Number.isFinite(value));
    },

    note: (figures, monitor) => definition.note?.(figures, read(monitor)),
  };
}

/** What all monitors have in common. */
const COMMON = z.object({
  window_hours: z.number().int().min(1).optional(),
  schedule: z.string().default('*/5 * * * *'),
  min_rows: z.number().int().min(1).optional(),
  need: z.number().int().min(1).optional(),
  of: z.number().int().min(1).optional(),
});

function schemaOf(
  name: string,
  defaultsFor: (given: Readonly<Record<string, unknown>>) => Defaults,
  own: z.ZodRawShape,
): MonitorSchema {
  const shape: z.ZodRawShape = { kind: z.literal(name), ...COMMON.shape, ...own };
  return z.strictObject(shape).transform((given): Omit<MonitorSpec, 'name'> => {
    const usual = defaultsFor(given);
    const { window_hours, min_rows, schedule, need, of } = COMMON.parse(given);
    const settings = Object.entries(given).filter(([key]) => Object.hasOwn(own, key));
    return {
      ...{ kind: name, schedule },
      windowHours: window_hours ?? usual.windowHours,
      minRows: min_rows ?? usual.minRows,
      ...{ need: need ?? usual.need, of: of ?? usual.of },
      settings: { ...usual.settings, ...Object.fromEntries(settings) },
    };
  });
}

function unreadable({ model, monitor }: Alarm): Report {
  return {
    title: `${monitor} raised an alert on ${model}`,
    summary: 'What it found was stored by another release and cannot be shown.',
    again: { title: `${monitor} still finds it.`, text: '' },
    over: { title: `The alert of ${monitor} on ${model} is over`, text: 'It is resolved.' },
    caution: 'Put the previous version back?',
  };
}
