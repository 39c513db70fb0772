import type { Clock } from '../../core/clock.ts';
import type { WheelhouseError } from '../../core/errors.ts';
import type { Quarantines } from '../../core/ports/quarantines.ts';
import type { LiveVersions } from '../../core/ports/serving.ts';
import type { Counted } from '../../core/ports/tallies.ts';
import type { ForkChallenger } from '../challenger/messages.ts';
import type { OnDisk } from '../log/log.ts';
import type { CountedTraffic } from '../traffic.ts';
import type { Fork } from './child.ts';
import type { InferenceSettings } from './messages.ts';

/** What a gateway needs that runs models in processes of their own. */
export interface IsolatedOptions {
  live: LiveVersions;
  quarantines: Pick<Quarantines, 'add' | 'list'>;
  fork: Fork;
  forkChallenger: ForkChallenger;
  settings: Pick<InferenceSettings, 'artifacts' | 'log' | 'first' | 'environments'> &
    Partial<InferenceSettings>;
  /** Puts an artifact into the folder, if not all are there. */
  bring?(sha256: string): Promise<void>;
  host: string;
  /** How many processes accept connections, besides the one on standby. Default: one. */
  processes?: number;
  /** 0 picks a free port. */
  port: number;
  /** Of the Open Inference Protocol over gRPC; undefined: it is off. */
  grpcPort?: number;
  /** How long a version may take for a request before its process is killed. */
  deadlineMs?: number;
  clock?: Clock;
  onProblem?(problem: WheelhouseError): void;
  onDisk?: OnDisk;
  /** What was counted for a rollout, every second. */
  onCounted?(counted: Counted): void;
  /** What was answered, every few seconds. */
  onTraffic?(counted: readonly CountedTraffic[]): void;
}
