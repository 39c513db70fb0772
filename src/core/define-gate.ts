import { z } from 'zod';
import type {
  GateAbout,
  GateEvidence,
  GateFault,
  GateKind,
  GateNeed,
  GateResult,
  GateSchema,
  GateSpec,
  GateWorkspace,
} from './gate.ts';

type Judged = Omit<GateResult, 'gate'>;

interface Definition<Own extends z.ZodRawShape> {
  name: string;
  summary: string;
  key?: string;
  form: string;
  /** Its keys. Parsing its output again must not change it. */
  settings: z.ZodObject<Own>;
  /** What is wrong with its settings as they are, e.g. that none of two bounds is given. */
  fault?(settings: z.output<z.ZodObject<Own>>): string | undefined;
  faults?(settings: z.output<z.ZodObject<Own>>, workspace: GateWorkspace): readonly GateFault[];
  needs?: readonly GateNeed[];
  judge(
    settings: z.output<z.ZodObject<Own>>,
    evidence: GateEvidence,
    about: GateAbout,
  ): Judged | readonly Judged[];
}

/** A kind of gate as listed in `src/release/gates/index.ts`. */
export function defineGate<Own extends z.ZodRawShape>(definition: Definition<Own>): GateKind {
  const { name, summary, key, form, settings, needs = [] } = definition;
  const read = (gate: GateSpec) => settings.parse(gate.settings);
  return {
    ...{ name, summary, key, form, keys: Object.keys(settings.shape) },
    schema: schemaOf(name, settings.shape, (own) => definition.fault?.(settings.parse(own))),
    faults: (gate, workspace) => definition.faults?.(read(gate), workspace) ?? [],
    needs,
    judge: (gate, evidence, about) =>
      [definition.judge(read(gate), evidence, about)]
        .flat()
        .map((judged) => ({ gate: name, ...judged })),
  };
}

function schemaOf(
  name: string,
  own: z.ZodRawShape,
  faultIn: (settings: Record<string, unknown>) => string | undefined,
): GateSchema {
  const shape: z.ZodRawShape = { gate: z.literal(name), ...own };
  return z
    .strictObject(shape)
    .check(({ value: { gate: _, ...settings }, issues }) => {
      const message = faultIn(settings);
      if (message !== undefined) issues.push({ code: 'custom', message, input: settings });
    })
    .transform(({ gate: _, ...given }): GateSpec => ({ gate: name, settings: given }));
}
