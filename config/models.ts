import { NotFound } from '../src/core/errors.ts';
import type { Environments, ModelSpec, Models } from '../src/core/model.ts';
import { didYouMean } from '../src/core/suggest.ts';

export function modelsOf(specs: readonly ModelSpec[]): Models {
  return {
    list: () => [...specs],
    get(name) {
      const spec = specs.find((candidate) => candidate.name === name.toLowerCase());
      if (spec) return spec;
      throw unknown(
        'model',
        name,
        specs.map((candidate) => candidate.name),
      );
    },
  };
}

/** Names in the order of the configuration. */
export function environmentsOf([first, ...others]: readonly [string, ...string[]]): Environments {
  const names = [first, ...others];
  return {
    first,
    list: () => names,
    get(name = first) {
      if (names.includes(name)) return name;
      throw unknown('environment', name, names);
    },
  };
}

function unknown(kind: string, name: string, names: readonly string[]): NotFound {
  return new NotFound(`There is no ${kind} "${name}".${didYouMean(name, names)}`, {
    next: names.length > 0 ? `There ${names.length === 1 ? 'is' : 'are'} ${names.join(', ')}.` : '',
  });
}
