import type { LiveEndpoint, LiveVersion } from '../core/ports/serving.ts';

/** Why what the registry says is live does not answer. */
export interface Problem {
  version: number;
  deployment: string;
  error: string;
  at: Date;
}

/** What is to be served for one model. */
export interface Planned {
  model: string;
  /** Undefined where no version of it may run. */
  serve: LiveVersion | undefined;
  /** A number for that version, which fits in a register; 0 where nobody watches. */
  slot: number;
  /** Set where the live version is kept out. */
  problem: Problem | undefined;
}

/** Why a version must not run; undefined where it may. */
type KeptOut = (version: LiveVersion) => Problem | undefined;

/**
 * What is live in the environment; where that is kept out, the newest version before it that is not.
 * Of what was taken out of service nothing is served.
 */
export function planFor(
  endpoints: readonly LiveEndpoint[],
  environment: string,
  keptOut: KeptOut = () => undefined,
  slotOf: (version: LiveVersion) => number = () => 0,
): Planned[] {
  return endpoints
    .filter((endpoint) => endpoint.environment === environment)
    .map(({ before, ...live }) => {
      const { version, deployment, outOfService: out } = live;
      if (out) {
        const problem = { version, deployment, error: out.why, at: out.at };
        return { model: live.model, serve: undefined, slot: 0, problem };
      }
      const problem = keptOut(live);
      const serve = problem ? before.find((version) => !keptOut(version)) : live;
      return { model: live.model, serve, slot: serve ? slotOf(serve) : 0, problem };
    });
}
