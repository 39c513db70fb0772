import { z } from 'zod';
import { beforeIt, ordered } from '../src/core/pipeline-graph.ts';
import {
  inLine,
  isUsualStep,
  NEEDS,
  PIPELINE_STEPS,
  type PipelineSpec,
  type StepSpec,
} from '../src/core/pipeline-spec.ts';
import { didYouMean } from '../src/core/suggest.ts';
import { type Fault, fieldsOf } from './faults.ts';

/** A step: what it comes after, and for one of the model's own, its program. */
const StepFile = z
  .strictObject({
    after: z.union([z.string(), z.array(z.string()).min(1)]).optional(),
    run: z.tuple([z.string().min(1)], z.string()).optional(),
    timeout_minutes: z.number().positive().max(1440).default(15),
  })
  .nullable();

/** What a version of a model goes through from new data to its rollout. */
export const PipelineFile = z.strictObject({
  /** A list of usual steps is done one after the other; a map is a graph. */
  steps: z
    .union([
      z.array(z.enum(PIPELINE_STEPS)).min(1),
      z.record(z.string().regex(/^[a-z][a-z0-9_-]{0,30}$/), StepFile),
    ])
    .default([...PIPELINE_STEPS]),
  /** Default: the first environment. */
  to: z.string().optional(),
  min_gain: z.number().min(0).optional(),
  reuse: z.boolean().default(true),
});

/** All its keys, for suggestions. */
export const PIPELINE_KEYS: readonly string[] = [
  ...Object.keys(PipelineFile.shape),
  ...['after', 'run', 'timeout_minutes'],
];

type StepsFile = z.output<typeof PipelineFile>['steps'];

/** @param first the first environment */
export function pipelineOf(
  { steps, to, min_gain: minGain, reuse }: z.output<typeof PipelineFile>,
  first: string,
): PipelineSpec {
  const sorted = ordered(nodesOf(steps));
  if ('circle' in sorted) throw new Error('a circle passed validation');
  return {
    steps: sorted.steps,
    ...{ to: to ?? first, reuse },
    ...(minGain !== undefined && { minGain }),
  };
}

function nodesOf(steps: StepsFile): StepSpec[] {
  // Whatever the order in which they are written.
  if (Array.isArray(steps)) return inLine(PIPELINE_STEPS.filter((step) => steps.includes(step)));
  const usual = PIPELINE_STEPS.filter((name) => Object.hasOwn(steps, name));
  const written = Object.keys(steps);
  // The usual ones come in their order, as far as nothing else is said.
  const names = [...usual, ...written.filter((name) => !isUsualStep(name))];
  return names.map((name): StepSpec => {
    const { after, run, timeout_minutes: timeoutMinutes = 15 } = steps[name] ?? {};
    const at = isUsualStep(name) ? usual.indexOf(name) : -1;
    const given = typeof after === 'string' ? [after] : after;
    return {
      name,
      after: [...new Set(given ?? (at > 0 ? usual.slice(at - 1, at) : []))],
      ...(run && { program: { run, timeoutMinutes } }),
    };
  });
}

/** What contradicts itself in a model's `pipeline`, as written. */
export function pipelineFaults(pipeline: unknown, environments: readonly string[]): Fault[] {
  const { steps, to } = fieldsOf(pipeline);
  const faults: Fault[] = [];
  if (typeof to === 'string' && !environments.includes(to))
    faults.push({ path: ['pipeline', 'to'], words: `unknown environment "${to}"` });
  const read = PipelineFile.shape.steps.safeParse(steps);
  // What it is not is said by the schema.
  if (!read.success || steps === undefined) return faults;
  return [...faults, ...(Array.isArray(steps) ? twice(steps) : []), ...graphFaults(read.data)];
}

const at = (words: string, ...more: string[]): Fault => ({
  path: ['pipeline', 'steps', ...more],
  words,
});

const twice = (steps: readonly unknown[]): Fault[] =>
  PIPELINE_STEPS.filter((step) => steps.filter((one) => one === step).length > 1).map((step) =>
    at(`"${step}" is written twice`),
  );

function graphFaults(steps: StepsFile): Fault[] {
  const nodes = nodesOf(steps);
  const names = nodes.map(({ name }) => name);
  const unknown = nodes.flatMap(({ name, after, program }): Fault[] => [
    ...(isUsualStep(name) && program ? [at(`"${name}" has no program of its own`, name)] : []),
    ...(isUsualStep(name) || program
      ? []
      : [
          at(
            `unknown step "${name}".${didYouMean(name, PIPELINE_STEPS)} A step of your own needs "run"`,
            name,
          ),
        ]),
    ...(!isUsualStep(name) && program && after.length === 0
      ? [at('say with "after" which step it comes after', name)]
      : []),
    ...after
      .filter((one) => !names.includes(one))
      .map((one) =>
        at(`comes after "${one}", which is no step here.${didYouMean(one, names)}`, name),
      ),
  ]);
  // What is missing would make everything behind it a circle.
  if (unknown.length > 0) return unknown;
  const sorted = ordered(nodes);
  if ('circle' in sorted) return [at(`the steps go in a circle: ${sorted.circle}`)];
  return nodes.flatMap(({ name }) => {
    const earlier = beforeIt(nodes, name);
    const missing = isUsualStep(name) ? NEEDS[name].find((one) => !earlier.has(one)) : undefined;
    return [
      ...(missing === undefined ? [] : [at(`"${name}" needs "${missing}"`)]),
      ...(name !== 'rollout' && earlier.has('promote')
        ? [at(`"${name}" cannot come after "promote": only "rollout" does`)]
        : []),
    ];
  });
}
