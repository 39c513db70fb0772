import type { Endpoint } from '../core/endpoint.ts';
import type { LiveChallenger, LiveEndpoint, LiveVersion } from '../core/ports/serving.ts';

/** Why the version that is live in the registry does not answer. */
export interface Problem {
  version: number;
  deployment: string;
  error: string;
  at: Date;
}

/** What is known of a version without loading it: enough to check predictions that another server made. */
export type KnownVersion = Pick<
  LiveVersion,
  'version' | 'features' | 'task' | 'classes' | 'nullCategory' | 'earliest'
>;

/** What is to be served for one endpoint. */
export interface Planned extends Endpoint {
  /** Undefined if no version of it may run. */
  serve: LiveVersion | undefined;
  /** A number for that version, which fits in a register; 0 if calls are not recorded. */
  slot: number;
  /** What answers if that cannot be loaded: earlier versions in good standing, newest first. */
  instead: readonly { version: LiveVersion; slot: number }[];
  /** The live version, whether or not it may run, and those that were live before, newest first. */
  known: readonly KnownVersion[];
  /** Set if the live version is quarantined. */
  problem: Problem | undefined;
  /** Answers some of the requests beside it. */
  challenger?: LiveChallenger | undefined;
  /** What it predicts, served or not. */
  task: string;
  classes?: readonly string[] | undefined;
}

/** If this many versions in a row do not load, another one will not help. */
const MOST_INSTEAD = 3;

/** Why a version must not run; undefined if it may. */
type KeptOut = (version: LiveVersion) => Problem | undefined;

/**
 * What is live in these environments; if it is quarantined, the newest earlier version that is not. Nothing is
 * served for a model that was taken out of service.
 */
export function planFor(
  endpoints: readonly LiveEndpoint[],
  environments: readonly string[],
  keptOut: KeptOut = () => undefined,
  slotOf: (version: LiveVersion) => number = () => 0,
): Planned[] {
  return endpoints
    .filter((endpoint) => environments.includes(endpoint.environment))
    .map(({ before, challenger, ...live }) => {
      const { model, environment, version, deployment, outOfService: out, task, classes } = live;
      const known = [live, ...before, ...(challenger ? [challenger.version] : [])].map(knownOf);
      const of = { model, environment, task, classes, known };
      if (out) {
        const problem = { version, deployment, error: out.why, at: out.at };
        return { ...of, serve: undefined, slot: 0, instead: [], problem };
      }
      const problem = keptOut(live);
      const [serve, ...others] = [live, ...before].filter((version) => !keptOut(version));
      const instead = others
        .slice(0, MOST_INSTEAD)
        .map((version) => ({ version, slot: slotOf(version) }));
      // It is compared with what is live, so that it does not run beside a version that stands in for that.
      const beside = challenger && serve === live ? { challenger } : {};
      return { ...of, ...beside, serve, slot: serve ? slotOf(serve) : 0, instead, problem };
    });
}

function knownOf(of: LiveVersion): KnownVersion {
  const { version, features, task, classes, nullCategory, earliest } = of;
  return {
    version,
    features,
    task,
    classes,
    earliest,
    ...(nullCategory !== undefined && { nullCategory }),
  };
}
