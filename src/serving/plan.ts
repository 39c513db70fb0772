import type { Endpoint } from '../core/endpoint.ts';
import type { LiveEndpoint, LiveVersion } from '../core/ports/serving.ts';

/** Why what the registry says is live does not answer. */
export interface Problem {
  version: number;
  deployment: string;
  error: string;
  at: Date;
}

/** What is to be served for one endpoint. */
export interface Planned extends Endpoint {
  /** Undefined where no version of it may run. */
  serve: LiveVersion | undefined;
  /** A number for that version, which fits in a register; 0 where nobody watches. */
  slot: number;
  /** What answers where that cannot be loaded: versions in good standing before it, newest first. */
  instead: readonly { version: LiveVersion; slot: number }[];
  /** Set where the live version is kept out. */
  problem: Problem | undefined;
  /** What it predicts, served or not. */
  task: string;
  classes?: readonly string[] | undefined;
}

/** Where so many versions one after the other do not load, another will not help. */
const MOST_INSTEAD = 3;

/** Why a version must not run; undefined where it may. */
type KeptOut = (version: LiveVersion) => Problem | undefined;

/**
 * What is live in these environments; where that is kept out, the newest version before it that is not.
 * Of what was taken out of service nothing is served.
 */
export function planFor(
  endpoints: readonly LiveEndpoint[],
  environments: readonly string[],
  keptOut: KeptOut = () => undefined,
  slotOf: (version: LiveVersion) => number = () => 0,
): Planned[] {
  return endpoints
    .filter((endpoint) => environments.includes(endpoint.environment))
    .map(({ before, ...live }) => {
      const { model, environment, version, deployment, outOfService: out, task, classes } = live;
      const of = { model, environment, task, classes };
      if (out) {
        const problem = { version, deployment, error: out.why, at: out.at };
        return { ...of, serve: undefined, slot: 0, instead: [], problem };
      }
      const problem = keptOut(live);
      const [serve, ...others] = [live, ...before].filter((version) => !keptOut(version));
      const instead = others
        .slice(0, MOST_INSTEAD)
        .map((version) => ({ version, slot: slotOf(version) }));
      return { ...of, serve, slot: serve ? slotOf(serve) : 0, instead, problem };
    });
}
