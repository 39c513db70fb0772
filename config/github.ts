import { z } from 'zod';
import type { Endpoint } from '../src/core/endpoint.ts';
import { namesOf } from './environments.ts';
import { type Fault, fieldsOf } from './faults.ts';

/** What a GitHub environment stands for. */
const GitHubEnvironment = z.strictObject({
  model: z.string(),
  /** Default: the first one. */
  environment: z.string().optional(),
});

/** By repository, then by environment as GitHub names it. */
export const GitHubFile = z
  .record(
    z.string().regex(/^[\w.-]{1,100}\/[\w.-]{1,100}$/, 'expected a repository, e.g. acme/ml'),
    z.record(z.string().min(1), GitHubEnvironment),
  )
  .default({});

/** Models and environments that do not exist. */
export function githubFaults(file: Record<string, unknown>): Fault[] {
  const models = Object.keys(fieldsOf(file['models']));
  const environments = namesOf(file);
  const unknown = (path: readonly string[], name: unknown, names: readonly string[]): Fault[] =>
    typeof name !== 'string' || names.includes(name)
      ? []
      : [{ path, words: `"${name}" does not exist; expected ${names.join(', ')}` }];
  return Object.entries(fieldsOf(file['github'])).flatMap(([repository, named]) =>
    Object.entries(fieldsOf(named)).flatMap(([name, stands]) => {
      const { model, environment } = fieldsOf(stands);
      const path = ['github', repository, name];
      return [
        ...unknown([...path, 'model'], model, models),
        ...unknown([...path, 'environment'], environment, environments),
      ];
    }),
  );
}

/** What an environment of a repository stands for. GitHub tells neither apart by case. */
export function endpointsOf(
  { github }: { github: z.output<typeof GitHubFile> },
  first: string,
): (repository: string, environment: string) => Endpoint | undefined {
  const key = (repository: string, environment: string) =>
    `${repository} ${environment}`.toLowerCase();
  const known = new Map(
    Object.entries(github).flatMap(([repository, named]) =>
      Object.entries(named).map(([name, { model, environment = first }]): [string, Endpoint] => [
        key(repository, name),
        { model, environment },
      ]),
    ),
  );
  return (repository, environment) => known.get(key(repository, environment));
}
