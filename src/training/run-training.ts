import { Refused } from '../core/errors.ts';
import type { ModelSpec, ParameterValues, Window } from '../core/model.ts';
import type { ProgramResult, Programs } from '../core/ports/programs.ts';

interface Training {
  /** With the classes that the model must give, if its task has classes. */
  spec: ModelSpec;
  run: string;
  window: Window;
  parameters: ParameterValues;
  /** The Parquet file to train on. */
  data: string;
  /** Where the program writes; exists already. */
  runDir: string;
  signal: AbortSignal;
  onProgress?: (share: number, message: string) => void;
}

/** What the training program is asked for, besides its rows. */
export function requestOf({
  spec,
  run,
  window,
  parameters,
}: Pick<Training, 'spec' | 'run' | 'window' | 'parameters'>) {
  const { name: model, features, label, nullCategory: null_category, classes } = spec;
  return {
    ...{ run, model, window, parameters, features, label, null_category },
    ...{ task: spec.task.name, classes },
  };
}

/**
 * What a training program handed over.
 * @returns the file that it reported as its model, its own predictions if it wrote any, and the metrics that it reported
 * @throws Refused if it reported no model
 */
export function trainedBy(
  { name }: Pick<ModelSpec, 'name'>,
  { artifacts, metrics }: ProgramResult,
): { path: string; predictions?: string; metrics: Record<string, number> } {
  const path = artifacts['model'];
  const { predictions } = artifacts;
  if (path !== undefined)
    return { path, metrics, ...(predictions !== undefined && { predictions }) };
  throw new Refused(`The training program of ${name} succeeded, but reported no model.`, {
    next: 'It must report an artifact called "model": docs/training-contract.md says how.',
  });
}

/**
 * Runs the training program of a model, until this process ends.
 * @returns what `trainedBy` gives
 * @throws Refused if it reported no model; ProgramFailed; the signal's reason
 */
export async function runTraining(
  { spec, run, window, parameters, data, runDir, signal, onProgress = () => {} }: Training,
  programs: Programs,
): Promise<ReturnType<typeof trainedBy>> {
  const result = await programs.run({
    argv: spec.programs.train,
    folder: spec.folder,
    runDir,
    request: { ...requestOf({ spec, run, window, parameters }), data },
    timeoutMs: spec.training.timeoutMinutes * 60_000,
    signal,
    onProgress,
  });
  return trainedBy(spec, result);
}
