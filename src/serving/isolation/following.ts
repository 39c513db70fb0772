import type { Clock } from '../../core/clock.ts';
import { endpointId, isSameEndpoint } from '../../core/endpoint.ts';
import { inWords, Unreachable, type WheelhouseError } from '../../core/errors.ts';
import type { Fault, Quarantine, Quarantines } from '../../core/ports/quarantines.ts';
import type { LiveEndpoint, LiveVersion, LiveVersions } from '../../core/ports/serving.ts';
import { type Planned, type Problem, planFor } from '../plan.ts';
import type { Blame } from './blame.ts';

interface FollowingOptions {
  live: LiveVersions;
  quarantines: Pick<Quarantines, 'add' | 'list'>;
  environments: readonly string[];
  clock: Clock;
  onProblem(problem: WheelhouseError): void;
  /** The plan has changed. */
  changed(): void;
}

/** What is to be served: what is live in the registry, without quarantined versions. */
export class Following {
  readonly #options: FollowingOptions;
  readonly #slots = new Map<string, { number: number; version: LiveVersion }>();
  /** By deployment. */
  readonly #keptOut = new Map<string, Quarantine>();
  /** Not in the registry yet. */
  readonly #unsaved = new Set<Quarantine>();
  #endpoints: readonly LiveEndpoint[] = [];
  #refreshing: Promise<void> | undefined;
  #again = false;
  #failed = false;
  plan: { number: number; models: Planned[] } = { number: 0, models: [] };

  constructor(options: FollowingOptions) {
    this.#options = options;
  }

  /** Asks the registry. One call at a time; a call in between causes one more round. Never throws. */
  refresh(): Promise<void> {
    this.#again = true;
    this.#refreshing ??= this.#rounds().finally(() => {
      this.#refreshing = undefined;
    });
    return this.#refreshing;
  }

  /** That version must no longer run; takes effect at once, and is written to the registry. */
  keepOut({ slot, fault, words }: Blame): void {
    const version = [...this.#slots.values()].find(({ number }) => number === slot)?.version;
    if (version) this.#quarantine(version, fault, words);
  }

  #quarantine(version: LiveVersion, fault: Fault, words: string): void {
    const { deployment, model, environment, artifact, version: number } = version;
    if (this.#keptOut.has(deployment)) return;
    const quarantine: Quarantine = {
      ...{ deployment, model, environment, version: number, artifact, fault, words },
      at: this.#options.clock.now(),
    };
    this.#keptOut.set(deployment, quarantine);
    this.#unsaved.add(quarantine);
    this.#replan();
    const instead = this.plan.models.find((planned) => isSameEndpoint(planned, version))?.serve;
    this.#options.onProblem(
      new Unreachable(`serving ${model} v${number} in ${environment} (${deployment}): ${words}`, {
        next: `It is quarantined; ${instead ? `v${instead.version} answers` : 'nothing answers'} instead.`,
      }),
    );
    void this.refresh();
  }

  async #rounds(): Promise<void> {
    while (this.#again) {
      this.#again = false;
      try {
        for (const quarantine of this.#unsaved) {
          await this.#options.quarantines.add(quarantine);
          this.#unsaved.delete(quarantine);
        }
        for (const quarantine of await this.#options.quarantines.list())
          this.#keptOut.set(quarantine.deployment, quarantine);
        this.#endpoints = await this.#options.live.list();
        for (const version of this.#endpoints)
          if (version.refused !== undefined) this.#quarantine(version, 'refused', version.refused);
        this.#failed = false;
      } catch (cause) {
        this.#tell(cause);
        return;
      }
      this.#replan();
    }
  }

  /** The current versions keep serving; reported once for the whole period. */
  #tell(cause: unknown): void {
    if (!this.#failed)
      this.#options.onProblem(
        new Unreachable(`asking the registry what is live: ${inWords(cause)}`, {
          next: 'Until it answers, the same versions are served as before.',
          cause,
        }),
      );
    this.#failed = true;
  }

  #replan(): void {
    const { environments } = this.#options;
    const models = planFor(
      this.#endpoints,
      environments,
      (version) => this.#problemOf(version),
      (version) => this.#slotOf(version),
    );
    if (JSON.stringify(models) === JSON.stringify(this.plan.models)) return;
    this.plan = { number: this.plan.number + 1, models };
    this.#options.changed();
  }

  #slotOf(version: LiveVersion): number {
    // The same file in two environments is separate: it may be quarantined in one and fine in the other.
    const key = `${endpointId(version)} ${version.artifact}`;
    const number = this.#slots.get(key)?.number ?? this.#slots.size + 1;
    this.#slots.set(key, { number, version });
    return number;
  }

  /** A deployment that people approved again gets another chance, whatever its version did before. */
  #problemOf({ deployment }: LiveVersion): Problem | undefined {
    const found = this.#keptOut.get(deployment);
    if (!found) return undefined;
    const { version, words, at } = found;
    return { version, deployment, error: `v${version} is quarantined. ${words}`, at };
  }
}
