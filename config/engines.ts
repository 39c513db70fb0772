import { z } from 'zod';
import { type EngineSpec, PROCESS } from '../src/core/engine.ts';
import { didYouMean } from '../src/core/suggest.ts';
import { engineKindOf, engineKinds } from '../src/training/engines/index.ts';
import { type Fault, faultsOf, fieldsOf } from './faults.ts';

const [firstKind, ...otherKinds] = engineKinds;
const NAMES = engineKinds.map(({ name }) => name);

/** Each kind defines its own keys and defaults, in src/training/engines. */
export const Engine = z.discriminatedUnion(
  'kind',
  [firstKind.schema, ...otherKinds.map(({ schema }) => schema)],
  { error: ({ input }) => aboutKind(input) },
);

/** What a model wants of engines, by their names; checked with the engines themselves, by `engineFaults`. */
export const EngineWishes = z.record(z.string(), z.record(z.string(), z.unknown())).default({});

function aboutKind(input: unknown): string | undefined {
  const { kind } = fieldsOf(input);
  if (kind === undefined) return `expected kind: ${NAMES.join(' or ')}`;
  return `unknown kind of engine ${JSON.stringify(kind)}.${didYouMean(String(kind), NAMES)} Expected one of ${NAMES.join(', ')}`;
}

/** All keys of engines, for suggestions. */
export const ENGINE_KEYS: readonly string[] = engineKinds.flatMap(({ keys }) => keys);

/** With `process`, which is always there. */
export function enginesOf(engines: Readonly<Record<string, Omit<EngineSpec, 'name'>>>) {
  const usual = Engine.parse({ kind: PROCESS });
  return Object.entries({ [PROCESS]: usual, ...engines }).map(
    ([name, engine]): EngineSpec => ({ name, ...engine }),
  );
}

/** What contradicts itself between `engines` and the models, as written. */
export function engineFaults(raw: unknown): Fault[] {
  const { engines, models } = fieldsOf(raw);
  const kinds = new Map([
    [PROCESS, PROCESS],
    ...Object.entries(fieldsOf(engines)).map(([name, engine]): [string, string] => [
      name,
      String(fieldsOf(engine)['kind']),
    ]),
  ]);
  const names = [...kinds.keys()];
  const unknown = (name: unknown) =>
    `there is no engine ${JSON.stringify(name)}.${didYouMean(String(name), names)} There ${names.length === 1 ? 'is' : 'are'} ${names.join(', ')}`;
  const taken = fieldsOf(engines)[PROCESS];
  const renamed: Fault[] =
    taken === undefined || fieldsOf(taken)['kind'] === PROCESS
      ? []
      : [
          {
            path: ['engines', PROCESS, 'kind'],
            words: 'this is the engine on the machine of the worker; choose another name',
          },
        ];
  const ofModels = Object.entries(fieldsOf(models)).flatMap(([model, spec]): Fault[] => {
    const { on, engines: wishes } = fieldsOf(fieldsOf(spec)['training']);
    const path = ['models', model, 'training'];
    const where: Fault[] =
      typeof on === 'string' && !kinds.has(on)
        ? [{ path: [...path, 'on'], words: unknown(on) }]
        : [];
    const wrong = Object.entries(fieldsOf(wishes)).flatMap(([name, wish]): Fault[] => {
      const at = [...path, 'engines', name];
      const kind = kinds.get(name);
      if (kind === undefined) return [{ path: at, words: unknown(name) }];
      return NAMES.includes(kind) ? wishFaults(kind, wish, at) : [];
    });
    return [...where, ...wrong];
  });
  return [...renamed, ...ofModels];
}

function wishFaults(kind: string, wish: unknown, path: Fault['path']): Fault[] {
  try {
    engineKindOf(kind).readJob(wish);
    return [];
  } catch (error) {
    if (!(error instanceof z.ZodError)) throw error;
    return faultsOf(error, wish, engineKindOf(kind).jobKeys).map(({ path: inside, words }) => ({
      ...{ path: [...path, ...inside], words },
    }));
  }
}
