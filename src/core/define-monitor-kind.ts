import { z } from 'zod';
import type { Json } from './json.ts';
import { toJson } from './json.ts';
import type { MonitorSpec } from './model.ts';
import type {
  Alarm,
  Measurement,
  Measures,
  MonitorFault,
  MonitorKind,
  MonitorSchema,
  Opened,
  Report,
  Verdict,
  Watched,
} from './monitor.ts';
import type { Grade } from './ports/alerts.ts';

/** A monitor with the settings of its kind. */
export type MonitorOf<S> = Omit<MonitorSpec, 'settings'> & { settings: S };

interface Definition<Own extends z.ZodRawShape, M extends { rows: number }, E> {
  name: string;
  summary: string;
  /** `harm` only if it measures or estimates a loss. */
  grade: Grade;
  /** Defaults of monitors of this kind. */
  defaults: { windowHours: number; minRows: number; need: number; of: number };
  /** Whether windows without rows are evaluated too. */
  judgesEmpty?: boolean;
  /** The keys that only this kind has. Parsing its output again must not change it. */
  settings: z.ZodObject<Own>;
  /** The stored form of a measured window. Should also accept what earlier releases stored. */
  measurement: z.ZodType<M>;
  /** The stored form of an alert's evidence. */
  evidence: z.ZodType<E>;
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
  size?(measured: M, monitor: MonitorOf<z.output<z.ZodObject<Own>>>): number | undefined;
  gist(measured: M, monitor: MonitorOf<z.output<z.ZodObject<Own>>>): string | undefined;
}

/** A kind of monitor as listed in `src/monitoring/kinds/index.ts`. */
export function defineMonitorKind<Own extends z.ZodRawShape, M extends { rows: number }, E>(
  definition: Definition<Own, M, E>,
): MonitorKind {
  const { name, summary, grade, settings, measurement, evidence } = definition;
  const common = commonKeys(definition.defaults);
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
    judgesEmpty: definition.judgesEmpty ?? false,
    keys: ['kind', ...Object.keys(common.shape), ...Object.keys(settings.shape)],
    schema: schemaOf(name, common, settings.shape),
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

    size(measured, monitor) {
      const { data } = measurement.safeParse(measured);
      return data && definition.size?.(data, read(monitor));
    },

    gist(measured, monitor) {
      const { data } = measurement.safeParse(measured);
      return data && definition.gist(data, read(monitor));
    },
  };
}

/** What all monitors have in common. */
function commonKeys({
  windowHours,
  minRows,
  need,
  of,
}: Definition<z.ZodRawShape, never, never>['defaults']) {
  return z.object({
    window_hours: z.number().int().min(1).default(windowHours),
    schedule: z.string().default('*/5 * * * *'),
    min_rows: z.number().int().min(1).default(minRows),
    need: z.number().int().min(1).default(need),
    of: z.number().int().min(1).default(of),
  });
}

function schemaOf(
  name: string,
  common: ReturnType<typeof commonKeys>,
  own: z.ZodRawShape,
): MonitorSchema {
  const shape: z.ZodRawShape = { kind: z.literal(name), ...common.shape, ...own };
  return z.strictObject(shape).transform((given): Omit<MonitorSpec, 'name'> => {
    const { window_hours: windowHours, min_rows: minRows, ...rest } = common.parse(given);
    const settings = Object.entries(given).filter(([key]) => Object.hasOwn(own, key));
    return { kind: name, windowHours, minRows, ...rest, settings: Object.fromEntries(settings) };
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
