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

export function environmentsOf(names: readonly string[]): Environments {
  return {
    list: () => names,
    get(name = names[0] ?? 'production') {
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
