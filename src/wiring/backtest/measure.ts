import { z } from 'zod';
import { asSeenBy, partOf } from '../../core/alert-parts.ts';
import type { GateEvidence } from '../../core/gate.ts';
import { isFailed, type JudgedGate, toJudged } from '../../core/judged-gate.ts';
import type { ModelSpec } from '../../core/model.ts';
import type { Alert, Finding } from '../../core/ports/alerts.ts';
import type { Approval, Evidence } from '../../core/ports/approvals.ts';
import type { Evaluation } from '../../core/ports/versions.ts';
import { type Alarm, type Matched, matchAlarms, replay } from '../../monitoring/backtest.ts';
import type { Registry } from '../../registry/index.ts';
import { gateKind, judgeGates } from '../../release/gates/index.ts';
import { backtestRetraining, type RetrainBacktest } from './retraining.ts';

export interface MonitorBacktest {
  monitor: string;
  kind: string;
  /** Stored windows that were judged again. */
  judged: number;
  /** Stored windows of another length, which cannot be. */
  otherLength: number;
  was: Alarm[];
  would: Alarm[];
  alarms: Matched[];
}

export interface GateBacktest {
  approval: string;
  version: number;
  requestedAt: Date;
  was: Approval['status'];
  would: 'passes' | 'refused';
  /** Why it would be refused. */
  failed: string[];
}

export interface Backtest {
  model: string;
  environment: string;
  since: Date | undefined;
  monitors: MonitorBacktest[];
  gates: GateBacktest[];
  /** Undefined if the model has no retraining policy. */
  retraining: RetrainBacktest | undefined;
}

const MOST_FINDINGS = 20_000;
const MOST_ALERTS = 1000;
const MOST_APPROVALS = 1000;
/** Alarms further apart are about different changes. */
const SAME_CHANGE_WINDOWS = 10;

/** Judges what is stored of a model again, as `spec` has its monitors and gates now. Writes nothing. */
export async function backtest(
  spec: ModelSpec,
  environment: string,
  since: Date | undefined,
  registry: Pick<Registry, 'findings' | 'alerts' | 'approvals' | 'versions' | 'runs' | 'arrivals'>,
  now: Date,
): Promise<Backtest> {
  const from = since?.getTime() ?? Number.NEGATIVE_INFINITY;
  const alerts = await registry.alerts.list({
    ...{ model: spec.name, environment, includeResolved: true, limit: MOST_ALERTS },
  });
  const monitors = await Promise.all(
    spec.monitors.map(async (monitor): Promise<MonitorBacktest> => {
      const about = { monitor: `${spec.name}/${monitor.name}`, environment };
      const findings = await registry.findings.recent(about, undefined, MOST_FINDINGS);
      const again = replay(findings, monitor);
      const isLater = ({ raisedBy }: Alarm) => raisedBy.to.getTime() > from;
      const own = alerts.flatMap((alert) =>
        partOf(alert, monitor.name) ? [asSeenBy(alert, monitor.name)] : [],
      );
      const was = alarmsOf(own, findings).filter(isLater);
      const would = again.alarms.filter(isLater);
      const within = SAME_CHANGE_WINDOWS * monitor.windowHours * 3_600_000;
      return {
        ...{ monitor: monitor.name, kind: monitor.kind, was, would },
        ...{ judged: again.judged, otherLength: again.otherLength },
        alarms: matchAlarms(was, would, within),
      };
    }),
  );
  const gates = (await gatesOf(spec, environment, registry)).filter(
    ({ requestedAt }) => requestedAt.getTime() >= from,
  );
  const { retrain } = spec;
  const retraining = retrain && (await backtestRetraining(spec, retrain, since, registry, now));
  return { model: spec.name, environment, since, monitors, gates, retraining };
}

/** The alarms that were, by the windows that raised them. */
function alarmsOf(
  alerts: readonly Alert[],
  findings: readonly Pick<Finding, 'version' | 'window' | 'signals'>[],
): Alarm[] {
  return alerts
    .map(({ version, window, signals, windows }) => {
      const raised = findings.find((one) => one.window.from.getTime() === window.from.getTime());
      return {
        ...{ version: raised?.version ?? version, windows },
        signals: raised?.signals ?? signals,
        raisedBy: raised?.window ?? window,
      };
    })
    .sort((a, b) => a.raisedBy.to.getTime() - b.raisedBy.to.getTime());
}

async function gatesOf(
  spec: ModelSpec,
  environment: string,
  { approvals, versions }: Pick<Registry, 'approvals' | 'versions'>,
): Promise<GateBacktest[]> {
  const all = await approvals.list({ model: spec.name, limit: MOST_APPROVALS });
  const judged = await Promise.all(
    all.map(async (approval): Promise<GateBacktest[]> => {
      const evidence = approval.environment === environment ? approval.evidence : undefined;
      const evaluation = await versions.evaluation(`${spec.name}@${approval.version}`);
      if (!evidence || !evaluation) return [];
      const failed = judgedAgain(spec, approval, evidence, evaluation).filter(isFailed);
      // The first one is not a setting: whether the version answers at all.
      const [smoke] = evidence.gates;
      return [
        {
          ...{ approval: approval.id, version: approval.version },
          ...{ requestedAt: approval.createdAt, was: approval.status },
          ...(smoke && isFailed(smoke)
            ? { would: 'refused', failed: [smoke.words] }
            : {
                would: failed.length === 0 ? 'passes' : 'refused',
                failed: failed.map(({ words }) => words),
              }),
        },
      ];
    }),
  );
  return judged
    .flat()
    .sort((a, b) => a.requestedAt.getTime() - b.requestedAt.getTime() || a.version - b.version);
}

/**
 * The gates as the model has them now. What was looked up for a request only, such as how long it was live elsewhere,
 * is not stored: those gates keep the result that they had, and are left out if they were not judged then.
 */
function judgedAgain(
  spec: ModelSpec,
  { version, environment }: Approval,
  evidence: Evidence,
  evaluation: Evaluation,
): JudgedGate[] {
  const again = spec.gates.filter(({ gate }) => gateKind(gate).needs.length === 0);
  const kept = spec.gates.filter((gate) => !again.includes(gate)).map(({ gate }) => gate);
  const { name: model, task, classes = [], unit } = spec;
  const results = judgeGates(
    again,
    {
      ...{ at: evaluation.at, rows: evaluation.dataset.rows, report: evaluation.report },
      ...{ ...evidence.costs, ...seenBy(evidence) },
    },
    {
      ...{ model, version, environment, unit, metrics: task.metrics(classes) },
      ...{ primary: spec.evaluation.primary, margin: spec.evaluation.margin },
    },
  );
  return [
    ...results.map(toJudged),
    ...evidence.gates.filter(({ gate }) => gate !== undefined && kept.includes(gate)),
  ];
}

function seenBy(evidence: Evidence): Pick<GateEvidence, 'metrics' | 'comparison'> {
  const { metrics, comparison, champion, championProblem } = evidence;
  if (championProblem !== undefined) return { metrics, comparison: { unusable: championProblem } };
  if (champion === undefined) return { metrics, comparison: 'no champion' };
  return { metrics, comparison: comparedIn(comparison) };
}

const Compared = z.object({
  rows: z.number().optional(),
  metrics: z.array(
    z.object({
      name: z.string(),
      champion: z.number().optional(),
      challenger: z.number().optional(),
      low: z.number().optional(),
      high: z.number().optional(),
      adjustedP: z.number().optional(),
    }),
  ),
});

/** The comparison as it was stored; undefined if it was stored in another form. */
function comparedIn(stored: unknown): GateEvidence['comparison'] {
  const { data } = Compared.safeParse(stored);
  return (
    data && {
      rows: data.rows,
      metrics: data.metrics.map(({ name, champion, challenger, low, high, adjustedP }) => ({
        ...{ name, champion, challenger, low, high, adjustedP },
      })),
    }
  );
}
