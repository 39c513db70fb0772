import type { z } from 'zod';
import type { CommandDefinition, DefinedCommand, Option, OptionSet, Values } from './command.ts';
import { BadInput } from './errors.ts';
import { usageOf } from './usage.ts';
import type { World } from './world.ts';

/** Shorthand for an option that takes a value. */
export function option<S extends z.ZodType>(
  schema: S,
  summary: string,
  more: Partial<Omit<Option<S>, 'schema' | 'summary'>> = {},
): Option<S> {
  return { schema, summary, placeholder: 'VALUE', ...more };
}

/** A command that declares the services it needs and gets no others. */
export function defineCommand<O extends OptionSet, K extends keyof World = never>(
  definition: CommandDefinition<O, K>,
): DefinedCommand<O, K> {
  const { environment, agents = 'propose' } = definition;
  return {
    ...definition,
    agentsMay: typeof agents === 'function' ? 'answer or propose' : agents,
    forAgents(input) {
      const values = valuesOf(definition, input);
      return typeof agents === 'function' ? agents(values) : agents;
    },
    environmentOf:
      environment &&
      (async (input, world) => environment.call(definition, valuesOf(definition, input), world)),
    call: (input, world, asking) => definition.run(valuesOf(definition, input), world, asking),
  };
}

function valuesOf<O extends OptionSet, K extends keyof World>(
  definition: CommandDefinition<O, K>,
  input: Record<string, unknown>,
): Values<O> {
  const values: Record<string, unknown> = {};
  const faults: string[] = [];
  for (const [name, { schema }] of Object.entries(definition.options)) {
    const parsed = schema.safeParse(input[name]);
    if (parsed.success) values[name] = parsed.data;
    else faults.push(faultIn(name, input[name], parsed.error));
  }
  if (faults.length > 0)
    throw new BadInput(`${faults.join('; ')}.`, { next: `Usage: ${usageOf(definition)}` });
  if (!isComplete(definition.options, values)) throw new Error('an option got no value');
  return values;
}

/** Quotes at most this much of the input, so that the answer stays one line. */
const QUOTED = 100;

function faultIn(name: string, given: unknown, error: z.ZodError): string {
  if (given === undefined) return `"${name}" is missing`;
  const why = error.issues.map((issue) => issue.message).join(', ');
  const quoted = JSON.stringify(given);
  const shown = quoted.length > QUOTED ? `${quoted.slice(0, QUOTED)}…` : quoted;
  return `"${name}" cannot be ${shown}: ${why}`;
}

/** Each value was parsed by its option's schema, which the compiler cannot follow through the loop. */
function isComplete<O extends OptionSet>(options: O, values: object): values is Values<O> {
  return Object.keys(options).every((name) => name in values);
}
