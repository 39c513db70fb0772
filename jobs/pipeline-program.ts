import { BadInput } from '../src/core/errors.ts';
import { defineJob } from '../src/core/job.ts';
import { graphOf, type Made, runOfPipeline } from '../src/core/pipeline.ts';
import { beforeIt } from '../src/core/pipeline-graph.ts';
import type { Needs } from '../src/core/world.ts';
import { pipelineSteps } from './declared/index.ts';
import { failStep, performStep, type StepAt, type StepParts } from './steps/pipeline/perform.ts';
import { describeRuntime } from './steps/runtime.ts';

type Parts = StepParts & Needs<'versions' | 'programs' | 'artifacts' | 'datasets'>;

/** Runs a program of the workspace as a step: with 0 it is done, otherwise it fails, and the pipeline with it. */
export const pipelineProgram = defineJob({
  ...pipelineSteps.program,

  run: (payload, needs: Parts, signal) =>
    performStep(named(payload), payload, needs, {
      inputs: (at) => inputsOf(at, named(payload), needs),
      // It makes nothing but its verdict.
      recall: async () => ({}),
      async run(at) {
        await runProgram(at, named(payload), needs, signal);
        return { made: {} };
      },
    }),

  failed: (payload, error, needs: Parts) => failStep(named(payload), payload, error, needs),
});

function named({ pipeline, step }: { pipeline: string; step?: string | undefined }): string {
  if (step === undefined) throw new BadInput(`A step of ${pipeline} has no name.`);
  return step;
}

const programOf = ({ pipeline }: StepAt, name: string) => {
  const program = pipeline.steps.find((step) => step.name === name)?.program;
  if (!program) throw new BadInput(`${pipeline.id} has no program for the step "${name}".`);
  return program;
};

/** The program, everything that it is told, and every file of the workspace. */
async function inputsOf(at: StepAt, name: string, needs: Parts) {
  const { spec, pipeline } = at;
  const { runtime, software } = await describeRuntime(spec, needs);
  return {
    ...{ run: programOf(at, name).run, runtime, software },
    request: await requestOf(at, name, needs),
    window: pipeline.window,
  };
}

/** What the steps before it have made. What another branch has made by now is a matter of chance. */
function madeBefore({ pipeline: { steps, made } }: StepAt, name: string): Made {
  const { dataset, version, gain } = made;
  const earlier = beforeIt(graphOf(steps), name);
  return {
    ...(earlier.has('prepare') && dataset && { dataset }),
    ...(earlier.has('train') && version !== undefined && { version }),
    ...(earlier.has('compare') && gain && { gain }),
  };
}

async function requestOf(at: StepAt, step: string, needs: Parts) {
  const { spec, pipeline } = at;
  const { to, parameters } = pipeline;
  const made = madeBefore(at, step);
  const { name: model, features, label, task, classes, nullCategory } = spec;
  const version =
    made.version === undefined
      ? undefined
      : await needs.versions.resolve(model, String(made.version));
  return {
    ...{ model, features, label, task: task.name, classes, null_category: nullCategory },
    ...{ parameters, environment: to },
    ...(version && { version: version.number, sha256: version.artifact.sha256 }),
    ...(made.dataset && { rows: made.dataset.sha256 }),
    ...(made.gain && { gain: made.gain }),
  };
}

async function runProgram(
  at: StepAt,
  name: string,
  needs: Parts,
  signal: AbortSignal,
): Promise<void> {
  const { pipeline, spec } = at;
  const { run: argv, timeoutMinutes } = programOf(at, name);
  const { sha256, rows, ...request } = await requestOf(at, name, needs);
  const { dataset } = madeBefore(at, name);
  const run = runOfPipeline(pipeline.id, pipeline.attempt);
  const runDir = await needs.runFolders.create(run, `step-${name}`);
  try {
    await needs.programs.run({
      ...{ argv, folder: spec.folder, runDir, timeoutMs: timeoutMinutes * 60_000, signal },
      request: {
        ...{ ...request, run, window: pipeline.window },
        ...(dataset && { data: (await needs.datasets.open(dataset)).path }),
        ...(sha256 !== undefined && { artifact: await needs.artifacts.path(sha256) }),
      },
      onProgress: () => undefined,
    });
  } finally {
    await needs.runFolders.clear(runDir);
  }
}
