import type { ModelSpec } from '../core/model.ts';

interface Names {
  /** Of the registered model. */
  name: string;
  experiment: string;
}

/** What a model and its runs are called there, unless a target of the same server says otherwise. */
export function namesOf(
  spec: Pick<ModelSpec, 'name' | 'targets' | 'environments'>,
  url: string,
): Names {
  const all = [spec, ...Object.values(spec.environments ?? {})].flatMap(
    ({ targets = [] }) => targets,
  );
  const own = all.find(
    ({ kind, settings }) => kind === 'mlflow' && sameServer(String(settings['url']), url),
  );
  const { registered_model: name, experiment } = own?.settings ?? {};
  return {
    name: typeof name === 'string' ? name : spec.name,
    experiment: typeof experiment === 'string' ? experiment : usualExperiment(spec.name),
  };
}

export const usualExperiment = (model: string): string => `wheelhouse-${model}`;

const sameServer = (one: string, other: string): boolean => baseOf(one) === baseOf(other);
const baseOf = (url: string): string =>
  (URL.canParse(url) ? new URL(url).href : url).replace(/\/+$/, '');
