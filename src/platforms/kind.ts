import type { z } from 'zod';
import type { Card } from '../core/card.ts';
import { BadInput } from '../core/errors.ts';
import type { Form } from '../core/form.ts';
import type { Log } from '../core/log.ts';
import type { Platform } from '../core/platform.ts';
import type { Artifacts } from '../core/ports/artifacts.ts';
import type { CommandShape } from '../core/shape.ts';

/** What an adapter is given. */
export interface AdapterParts {
  /** Pictures by their hash. */
  artifacts: Pick<Artifacts, 'read'>;
  commands: readonly CommandShape[];
  /** Command lines whose answers make up a person's own page, where the platform has one. */
  home: readonly string[];
  log: Log;
  /** Told what neither waiting nor trying again can mend, e.g. a token that was taken back. */
  fatal?: (error: Error) => void;
}

/** One thing that was looked at. */
export interface CheckResult {
  what: string;
  ok: boolean;
  /** What to do about it, where it is not. */
  next?: string;
}

/** An adapter whose settings are there: it can be opened, or looked at. */
export interface ClosedAdapter {
  name: string;
  open(parts: AdapterParts): Platform;
  /** Whether it would work, e.g. tokens, rights and membership of `channels`. Changes nothing, never throws. */
  examine(about: {
    channels: readonly string[];
    commands: readonly CommandShape[];
  }): Promise<CheckResult[]>;
  /** Whether the platform would take these messages, where it can be asked. Posts nothing, never throws. */
  validate?(samples: Samples): Promise<CheckResult[]>;
}

/** One of each kind of message and form, by a name that says which. */
export interface Samples {
  cards: readonly (readonly [name: string, card: Card])[];
  forms: readonly (readonly [name: string, form: Form])[];
}

/** What somebody who installs it pastes or opens: `npx wheelhouse <verb> <name>`. */
interface Install {
  verb: string;
  summary: string;
  /** Throws BadInput for options that it does not know. */
  write(
    commands: readonly CommandShape[],
    environment: Environment,
    words: string[],
  ): string | Promise<string>;
}

export type Environment = Readonly<Record<string, string | undefined>>;

export interface PlatformKind {
  readonly name: string;
  /** Variables of the environment that are its alone, secrets among them. */
  readonly variables: readonly string[];
  readonly install: Install;
  /**
   * The adapter, if the environment has its settings; undefined where it has none of them.
   * Throws BadInput where only some are set, or one is wrong, with every fault at once.
   */
  read(environment: Environment): ClosedAdapter | undefined;
}

interface KindOptions<S extends z.ZodRawShape> {
  name: string;
  /** By variable of the environment. */
  settings: z.ZodObject<S>;
  /** Each of these groups needs one of its variables; without any of them the adapter is disabled. */
  required: readonly (readonly (keyof S & string)[])[];
  install: Install;
  create(settings: z.output<z.ZodObject<S>>): Omit<ClosedAdapter, 'name'>;
}

/** A platform as `index.ts` lists it. */
export function definePlatform<S extends z.ZodRawShape>(options: KindOptions<S>): PlatformKind {
  const { name, settings, required, install, create } = options;
  return {
    name,
    variables: Object.keys(settings.shape),
    install,
    read(environment) {
      const given = Object.fromEntries(
        Object.keys(settings.shape).flatMap((key) => {
          const value = environment[key]?.trim();
          return value ? [[key, value]] : [];
        }),
      );
      const isGiven = (key: string) => key in given;
      if (!required.flat().some(isGiven)) return undefined;
      const missing = required.filter((group) => !group.some(isGiven));
      const parsed = settings.safeParse(given);
      const wrong = parsed.success ? [] : faults(parsed.error, isGiven);
      if (missing.length > 0) {
        const names = missing.map((group) => group.join(' or ')).join(' and ');
        const also = wrong.length > 0 ? ` Besides, ${wrong.join('; ')}.` : '';
        throw new BadInput(
          `The ${name} adapter is only partly configured: ${names} is missing.${also}`,
          {
            next: `Nothing was started. docs/${name}.md says where to find it.`,
          },
        );
      }
      if (!parsed.success)
        throw new BadInput(`The ${name} adapter: ${wrong.join('; ')}.`, {
          next: `Nothing was started. docs/${name}.md explains each setting.`,
        });
      return { name, ...create(parsed.data) };
    },
  };
}

/** Of what is given. Names the variables and never their values: they are secrets. */
function faults(error: z.ZodError, isGiven: (key: string) => boolean): string[] {
  return error.issues
    .filter(({ path }) => isGiven(String(path[0])))
    .map(({ path, message }) => `${path.join('.')}: ${message}`);
}
