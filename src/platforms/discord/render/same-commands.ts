import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';

const choice = z.object({ name: z.string(), value: z.union([z.string(), z.number()]) });

/** Discord represents missing values differently in requests and responses. */
const option = z.object({
  type: z.number(),
  name: z.string(),
  description: z.string(),
  required: z.boolean().nullish().transform(Boolean),
  autocomplete: z.boolean().nullish().transform(Boolean),
  choices: z
    .array(choice)
    .nullish()
    .transform((choices) => choices ?? []),
  min_value: z.number().nullish().transform(orNull),
  max_value: z.number().nullish().transform(orNull),
  min_length: z.number().nullish().transform(orNull),
  max_length: z.number().nullish().transform(orNull),
  options: z
    .array(z.unknown())
    .nullish()
    .transform((options) => options ?? []),
});

const command = z.object({
  type: z.number().default(1),
  name: z.string(),
  description: z.string(),
  default_member_permissions: z.string().nullish().transform(orNull),
  options: z
    .array(option)
    .nullish()
    .transform((options) => options ?? []),
});

/**
 * Where commands can be used: Discord stores this only for global commands, and returns none for those of one server.
 */
const reach = z.object({
  contexts: z.array(z.number()).nullish(),
  integration_types: z.array(z.number()).nullish(),
});

/**
 * Whether the registered commands are equivalent to the wanted ones, so that nothing has to be sent. IDs, versions and
 * other additions by Discord are ignored, and so is the order of the commands.
 * @param registered the answer to listing the commands, as Discord's API gives it
 */
export function sameCommands(registered: readonly unknown[], wanted: readonly unknown[]): boolean {
  const [there, ours] = [byName(registered), byName(wanted)];
  if (!there || !ours || registered.length !== wanted.length) return false;
  return [...ours].every(([name, one]) => {
    const other = there.get(name);
    return (
      other !== undefined &&
      isDeepStrictEqual(command.parse(other), command.parse(one)) &&
      sameReach(other, one)
    );
  });
}

/** Undefined if a registered command is not of our kind. */
function byName(commands: readonly unknown[]): Map<string, unknown> | undefined {
  const named = new Map<string, unknown>();
  for (const one of commands) {
    const parsed = command.safeParse(one);
    if (!parsed.success) return undefined;
    named.set(parsed.data.name, one);
  }
  return named;
}

function sameReach(registered: unknown, wanted: unknown): boolean {
  const [there, ours] = [reach.parse(registered), reach.parse(wanted)];
  const same = (a: number[] | null | undefined, b: number[] | null | undefined) =>
    !a || !b || isDeepStrictEqual(a.toSorted(), b.toSorted());
  return (
    same(there.contexts, ours.contexts) && same(there.integration_types, ours.integration_types)
  );
}

function orNull<T>(value: T | null | undefined): T | null {
  return value ?? null;
}
