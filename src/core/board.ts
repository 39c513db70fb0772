import { z } from 'zod';

/** What `GET /api/models`, `/api/models/MODEL`, `/api/runs` and `/api/findings` answer. Times are ISO 8601, in UTC. */

const Time = z.iso.datetime();
const Span = z.strictObject({ from: Time, to: Time });

const Live = z.strictObject({
  version: z.number(),
  deployment: z.string(),
  since: Time,
  by: z.string(),
  reason: z.string(),
});

/** A message of the page. */
const PostLink = z.strictObject({ channel: z.string(), post: z.string() });

export const ModelList = z.strictObject({
  models: z.array(
    z.strictObject({
      model: z.string(),
      summary: z.string(),
      task: z.string(),
      endpoints: z.array(
        z.strictObject({
          environment: z.string(),
          live: Live.nullable(),
          outOfService: z.boolean(),
          openAlerts: z.number(),
          /** Of these, the ones about a measured or estimated loss. */
          harm: z.number(),
          openApprovals: z.number(),
        }),
      ),
    }),
  ),
  /** For `after` of the next page; null on the last one. */
  next: z.string().nullable(),
});

const STATUSES = [
  ...(['ok', 'warn', 'alert'] as const),
  ...(['insufficient data', 'still learning', 'held back'] as const),
];

const Point = z.strictObject({
  ...{ from: Time, to: Time, version: z.number(), value: z.number() },
  low: z.number().optional(),
  high: z.number().optional(),
});

/** Figures over time, of one or several monitors. */
const LineChart = z.strictObject({
  subject: z.string(),
  title: z.string(),
  series: z.array(
    z.strictObject({
      name: z.string(),
      monitor: z.string(),
      points: z.array(Point),
      /** Of the newest window. */
      limit: z.number().nullable(),
      evaluated: z.number().nullable(),
    }),
  ),
});

/** One figure for many columns over time. `values[i]` belongs to `windows[i]`; null: not evaluated. */
const HeatMap = z.strictObject({
  subject: z.string(),
  title: z.string(),
  monitor: z.string(),
  limit: z.number().nullable(),
  windows: z.array(Span.extend({ version: z.number(), status: z.enum(STATUSES) })),
  rows: z.array(z.strictObject({ name: z.string(), values: z.array(z.number().nullable()) })),
});

const Share = z.number().min(0).max(1);

/** How well the scores of the live version ordered the rows of its evaluation. */
const Ranking = z.strictObject({
  version: z.number(),
  curves: z.array(
    z.strictObject({
      /** `yes`, or a class. */
      of: z.string(),
      ...{ rows: z.number(), positives: z.number(), auc: Share, averagePrecision: Share },
      points: z.array(
        z.strictObject({
          threshold: z.number(),
          ...{ recall: Share, falseAlarms: Share, precision: Share },
        }),
      ),
    }),
  ),
  /** The threshold of the metrics, and the one that the declared cost implies. */
  thresholds: z.array(
    z.strictObject({
      as: z.enum(['metrics', 'cost']),
      threshold: z.number(),
      ...{ recall: Share, falseAlarms: Share, precision: Share.nullable() },
    }),
  ),
});

/** Something that happened, by the time that the charts have. */
const Event = z.strictObject({
  at: Time,
  what: z.enum(['deployment', 'alert']),
  words: z.string(),
});

const RunRow = z.strictObject({
  id: z.string(),
  kind: z.enum(['train', 'compare', 'what-if', 'probe']),
  model: z.string(),
  status: z.enum(['queued', 'running', 'succeeded', 'failed', 'cancelled']),
  stage: z.string(),
  share: z.number(),
  requestedBy: z.string(),
  /** For a training, what it created; otherwise what is compared or asked. */
  versions: z.array(z.number()),
  window: Span,
  createdAt: Time,
  startedAt: Time.nullable(),
  finishedAt: Time.nullable(),
  /** From the first start; null before it. */
  seconds: z.number().nullable(),
  /** Of the created version at its evaluation. */
  metric: z.strictObject({ name: z.string(), value: z.number() }).nullable(),
  error: z.string().nullable(),
});

export const RunList = z.strictObject({
  runs: z.array(RunRow),
  /** Of the newest ones that were sorted. */
  total: z.number(),
});

export const ModelBoard = z.strictObject({
  model: z.string(),
  summary: z.string(),
  task: z.string(),
  channel: z.string(),
  environment: z.string(),
  environments: z.array(z.string()),
  live: Live.nullable(),
  outOfService: z
    .strictObject({ version: z.number(), by: z.string(), reason: z.string(), at: Time })
    .nullable(),
  /** What a rollback would restore. */
  previous: z.number().nullable(),
  newestPrediction: Time.nullable(),
  /** Newest first. */
  deployments: z.array(
    z.strictObject({
      ...{ id: z.string(), version: z.number(), kind: z.enum(['promotion', 'rollback']) },
      ...{ status: z.string(), since: Time, by: z.string(), reason: z.string() },
    }),
  ),
  approvals: z.array(
    z.strictObject({
      ...{ id: z.string(), version: z.number(), status: z.enum(['checking', 'open']) },
      ...{ requestedBy: z.string(), createdAt: Time, expiresAt: Time.nullable() },
      ...{ approvals: z.number(), needed: z.number(), message: PostLink.nullable() },
    }),
  ),
  /** Open ones; the harmful first. */
  alerts: z.array(
    z.strictObject({
      ...{ id: z.string(), monitor: z.string(), grade: z.enum(['harm', 'inform']) },
      ...{ status: z.enum(['open', 'acknowledged']), title: z.string(), summary: z.string() },
      ...{ openedAt: Time, window: Span, message: PostLink.nullable() },
    }),
  ),
  monitors: z.array(
    z.strictObject({
      ...{ name: z.string(), kind: z.string(), summary: z.string() },
      grade: z.enum(['harm', 'inform']),
      windowHours: z.number(),
      /** Of the newest window; null before the first. */
      newest: z
        .strictObject({
          ...{ status: z.enum(STATUSES), window: Span, version: z.number() },
          ...{ figure: z.string().nullable(), signals: z.array(z.string()) },
        })
        .nullable(),
      note: z.string().nullable(),
    }),
  ),
  charts: z.array(LineChart),
  heatMaps: z.array(HeatMap),
  /** Null if nothing is live, for tasks without classes, and for versions evaluated before this was measured. */
  ranking: Ranking.nullable(),
  events: z.array(Event),
  runs: z.array(RunRow),
  /** How the team delivers; null if nothing was deployed and no request was approved in these days. */
  delivery: z
    .strictObject({
      days: z.number(),
      figures: z.array(
        z.strictObject({
          label: z.string(),
          /** Null if there is nothing to take it of. */
          value: z.string().nullable(),
          detail: z.string(),
        }),
      ),
    })
    .nullable(),
});

export const FindingList = z.strictObject({
  findings: z.array(
    z.strictObject({
      monitor: z.string(),
      environment: z.string(),
      version: z.number(),
      window: Span,
      status: z.enum(STATUSES),
      signals: z.array(z.string()),
      figure: z.string().nullable(),
      at: Time,
    }),
  ),
  /** For `before` of the next page; null on the last one. */
  next: Time.nullable(),
});

export type ModelList = z.output<typeof ModelList>;
export type ModelBoard = z.output<typeof ModelBoard>;
export type LineChart = z.output<typeof LineChart>;
export type HeatMap = z.output<typeof HeatMap>;
export type Ranking = z.output<typeof Ranking>;
export type BoardEvent = z.output<typeof Event>;
export type RunRow = z.output<typeof RunRow>;
export type RunList = z.output<typeof RunList>;
export type FindingList = z.output<typeof FindingList>;

export const RUN_SORTS = ['created', 'finished', 'duration', 'status', 'kind', 'by'] as const;
export type RunSort = (typeof RUN_SORTS)[number];
