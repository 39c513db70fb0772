import { z } from 'zod';
import { RegistryAway } from '../../src/core/errors.ts';
import { declareJob } from '../../src/core/job.ts';
import { runOfPipeline } from '../../src/core/pipeline.ts';
import type { StepName } from '../../src/core/pipeline-spec.ts';
import type { Vote } from '../../src/core/ports/approvals.ts';
import type { Lane } from '../../src/core/ports/jobs.ts';

/** Jobs that commands and other jobs enqueue, without their implementation. */

/** What somebody said counts for this long: afterwards they have done something else, or would say it again. */
export const AUTHORITY_MS = 3_600_000;

/**
 * What was done for minutes or hours is not given up because the registry restarts: these are about two minutes. Anything
 * else is tried twice.
 */
const PATIENT = {
  attempts: 9,
  attemptsAfter: (error: unknown) => (error instanceof RegistryAway ? 9 : 2),
};

/** A job that carries out a run, and ends when the run is cancelled. */
const declareRun = (name: string, lane: Lane) =>
  declareJob({
    ...{ name, lane, ...PATIENT },
    /** `automatic`: no person waits for it. */
    payload: z.object({ run: z.string(), automatic: z.boolean().optional() }),
    once: ({ run }) => run,
    isUrgent: ({ automatic }) => !automatic,
    cancelledBy: ({ run }) => run,
  });

export const train = declareRun('train', 'training');
export const evaluate = declareRun('evaluate', 'evaluation');
export const compare = declareRun('compare', 'comparison');
export const whatIf = declareRun('what-if', 'comparison');
export const probe = declareRun('probe', 'comparison');

export const requestPromotion = declareJob({
  name: 'request-promotion',
  lane: 'evaluation',
  payload: z.object({ approval: z.string() }),
  once: ({ approval }) => approval,
  attempts: 3,
});

export const deploy = declareJob({
  name: 'deploy',
  lane: 'control',
  payload: z.object({ approval: z.string() }),
  once: ({ approval }) => approval,
  attempts: 5,
});

/** Asks the policy process for the ticket of an approved request. Each demand is answered on its own. */
export const issueTicket = declareJob({
  name: 'issue-ticket',
  lane: 'policy',
  payload: z.object({ approval: z.string(), demand: z.string() }),
  once: ({ demand }) => demand,
  attempts: 3,
});

const isCast = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && 'by' in value && 'from' in value;

export const rollBack = declareJob({
  name: 'roll-back',
  lane: 'control',
  payload: z.object({
    id: z.string(),
    model: z.string(),
    environment: z.string(),
    replaces: z.string(),
    by: z.string(),
    reason: z.string(),
    via: z.string(),
    /** The account and channel it came from. Missing in jobs of earlier releases. */
    cast: z.custom<NonNullable<Vote['cast']>>(isCast, 'expected an account and a place').optional(),
    /** A deployment that was live before; default: the last one. */
    restores: z.string().optional(),
  }),
  once: ({ id }) => id,
  signedForMs: AUTHORITY_MS,
  attempts: 5,
});

const Rollout = { model: z.string(), environment: z.string(), deployment: z.string() };

/** Looks at a rollout, and does what is due. */
export const advanceRollout = declareJob({
  name: 'advance-rollout',
  lane: 'control',
  payload: z.object(Rollout),
  once: ({ deployment }) => deployment,
  again: true,
  attempts: 3,
});

/** Somebody aborts a rollout. */
export const endRollout = declareJob({
  name: 'end-rollout',
  lane: 'control',
  payload: z.object({
    ...Rollout,
    ...{ by: z.string(), reason: z.string(), via: z.string() },
    cast: z.custom<NonNullable<Vote['cast']>>(isCast, 'expected an account and a place'),
  }),
  once: ({ deployment }) => deployment,
  signedForMs: AUTHORITY_MS,
  attempts: 5,
});

/** Evaluates the windows of a monitor that are complete and were not evaluated yet. */
export const checkMonitor = declareJob({
  name: 'check-monitor',
  lane: 'monitoring',
  payload: z.object({
    model: z.string(),
    /** Jobs queued before there were several environments mean the first one. */
    environment: z.string().optional(),
    monitor: z.string(),
    /** What called for it. */
    tick: z.string(),
  }),
  // Whatever called: a second one at a time would do the same work again, and take a place from rollbacks.
  once: ({ model, environment = '', monitor }) => `${model}/${environment}/${monitor}`,
  again: true,
  attempts: 2,
});

/** Counts the votes again when the time to undo is over. */
export const closeWindow = declareJob({
  name: 'close-window',
  lane: 'inbound',
  payload: z.object({ approval: z.string() }),
  once: ({ approval }) => approval,
  again: true,
  attempts: 3,
});

export const recount = declareJob({
  name: 'recount',
  lane: 'inbound',
  payload: z.object({ approval: z.string() }),
  once: ({ approval }) => approval,
  again: true,
  attempts: 3,
});

/** Looks whether a source of a model has new data, and checks it. */
export const lookForData = declareJob({
  name: 'look-for-data',
  lane: 'data',
  payload: z.object({ model: z.string(), source: z.string(), look: z.string() }),
  once: ({ model, source }) => `${model}/${source}`,
  attempts: 2,
});

/** Tries what a rollback would restore. */
export const drill = declareJob({
  name: 'drill',
  lane: 'comparison',
  payload: z.object({
    /** Also of the weekly ones, so that a week has one. */
    id: z.string(),
    model: z.string(),
    environment: z.string(),
    by: z.string(),
    via: z.string(),
    /** Somebody waits for the answer, also if it passes. */
    asked: z.boolean(),
  }),
  once: ({ id }) => id,
  // Processes of a fleet call at the same tick.
  onceForMs: 10 * 60_000,
  attempts: 3,
});

/** Asks the retraining policy of a model, and follows what it has started. */
export const considerRetraining = declareJob({
  name: 'consider-retraining',
  lane: 'monitoring',
  payload: z.object({ model: z.string() }),
  once: ({ model }) => model,
  attempts: 2,
});

/** One step of an attempt of a pipeline, cancelled with its run. */
const declareStep = (kind: StepName | 'program', lane: Lane) =>
  declareJob({
    ...{ name: `pipeline-${kind}`, lane, ...PATIENT },
    payload: z.object({
      ...{ pipeline: z.string(), attempt: z.number() },
      /** Which one, where there may be several of the kind. */
      step: z.string().optional(),
      /** No person waits for it. */
      automatic: z.boolean().optional(),
    }),
    once: ({ pipeline, attempt, step }) => [pipeline, attempt, ...(step ? [step] : [])].join('/'),
    isUrgent: ({ automatic }) => !automatic,
    cancelledBy: ({ pipeline, attempt }) => runOfPipeline(pipeline, attempt),
  });

/** The steps that are jobs. A rollout is followed: people and the gateway decide how long it takes. */
export const pipelineSteps = {
  check: declareStep('check', 'control'),
  prepare: declareStep('prepare', 'training'),
  train: declareStep('train', 'training'),
  evaluate: declareStep('evaluate', 'evaluation'),
  compare: declareStep('compare', 'evaluation'),
  promote: declareStep('promote', 'control'),
  program: declareStep('program', 'evaluation'),
};
type JobStep = keyof typeof pipelineSteps;
export type StepPayload = z.output<(typeof pipelineSteps)[JobStep]['payload']>;

/** Shows what people and the gateway have made of a pipeline, and goes on with one that a crash has left. */
export const followPipeline = declareJob({
  name: 'follow-pipeline',
  lane: 'monitoring',
  payload: z.object({ pipeline: z.string() }),
  once: ({ pipeline }) => pipeline,
  attempts: 2,
});

/** Sends a receiver the events that it has not got. */
export const deliverWebhooks = declareJob({
  name: 'deliver-webhooks',
  lane: 'webhooks',
  payload: z.object({ receiver: z.string() }),
  once: ({ receiver }) => receiver,
  // The next call comes within seconds.
  attempts: 1,
});

/** Sends people what happened since the last call, where they subscribed to it. */
export const tellSubscribers = declareJob({
  name: 'tell-subscribers',
  lane: 'control',
  payload: z.object({}),
  once: () => 'audit',
  // The next call comes within seconds.
  attempts: 1,
});

/** Applies to a target what must be live, where it is not, and compares it with what the target reports. */
export const applyTarget = declareJob({
  name: 'apply-target',
  lane: 'delivery',
  payload: z.object({
    ...{ model: z.string(), environment: z.string(), target: z.string() },
    /** It is not configured any more, and must be told to remove what it has. */
    retired: z.boolean().optional(),
  }),
  once: ({ model, environment, target }) => `${model}/${environment}/${target}`,
  again: true,
  attempts: 4,
});

/** Has versions that were registered appear on the tracking server. */
export const exportVersions = declareJob({
  name: 'export-versions',
  lane: 'tracking',
  payload: z.object({}),
  once: () => 'versions',
  // The next call comes within seconds.
  attempts: 1,
});
