import type { z } from 'zod';
import type { Card } from '../core/card.ts';
import type { Endpoint } from '../core/endpoint.ts';
import { BadInput } from '../core/errors.ts';
import type { Form } from '../core/form.ts';
import type { Log } from '../core/log.ts';
import type { Platform } from '../core/platform.ts';
import type { Artifacts } from '../core/ports/artifacts.ts';
import type { CommandShape } from '../core/shape.ts';
import type { Hooks } from './http/hooks.ts';

/** What an adapter is given. */
export interface AdapterParts {
  /** Pictures by their hash. */
  artifacts: Pick<Artifacts, 'read'>;
  commands: readonly CommandShape[];
  /** Commands whose answers make up a person's own page, if the platform has one. */
  home: readonly string[];
  log: Log;
  /** Where other systems reach us. */
  hooks: Hooks;
  /** What an environment of a repository stands for, as `github` of the workspace declares it. */
  endpointFor(repository: string, environment: string): Endpoint | undefined;
  /** Called with an error that cannot be fixed by waiting or retrying, e.g. a revoked token. */
  fatal?: (error: Error) => void;
}

/** The result of one check. */
export interface CheckResult {
  what: string;
  ok: boolean;
  /** What to do, if it is not OK. */
  next?: string;
}

/** An adapter that is configured: it can be opened, or checked. */
export interface ClosedAdapter {
  name: string;
  open(parts: AdapterParts): Platform;
  /** Checks whether it would work: tokens, permissions, membership of `channels`. Changes nothing, never throws. */
  examine(about: {
    channels: readonly string[];
    commands: readonly CommandShape[];
  }): Promise<CheckResult[]>;
  /** Whether the platform would accept these messages, if it can validate them. Posts nothing, never throws. */
  validate?(samples: Samples): Promise<CheckResult[]>;
}

/** One of each kind of message and form, by its name. */
export interface Samples {
  cards: readonly (readonly [name: string, card: Card])[];
  forms: readonly (readonly [name: string, form: Form])[];
}

/** The text that whoever installs it pastes or opens: `npx wheelhouse <verb> <name>`. */
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
  /** Environment variables that only it may read, including secrets. */
  readonly variables: readonly string[];
  readonly install: Install;
  /**
   * The adapter, if the environment has its settings; undefined if none is set.
   * Throws BadInput with all errors at once if only some are set, or if one is invalid.
   */
  read(environment: Environment): ClosedAdapter | undefined;
}

interface KindOptions<S extends z.ZodRawShape> {
  name: string;
  /** By environment variable. */
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

/** Errors in what is set. Names the variables, never their values: they are secrets. */
function faults(error: z.ZodError, isGiven: (key: string) => boolean): string[] {
  return error.issues
    .filter(({ path }) => isGiven(String(path[0])))
    .map(({ path, message }) => `${path.join('.')}: ${message}`);
}
