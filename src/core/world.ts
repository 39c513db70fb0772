import type { Clock } from './clock.ts';
import type { Environments, Models } from './model.ts';
import type { People } from './people.ts';
import type { Alerts, Findings } from './ports/alerts.ts';
import type { Approvals } from './ports/approvals.ts';
import type { Artifacts } from './ports/artifacts.ts';
import type { Audit } from './ports/audit.ts';
import type { Charts } from './ports/charts.ts';
import type { Courier } from './ports/courier.ts';
import type { Deployments } from './ports/deployments.ts';
import type { GatewayClient } from './ports/gateway.ts';
import type { Identities } from './ports/identities.ts';
import type { InboundHandler } from './ports/inbound.ts';
import type { Bus, Jobs } from './ports/jobs.ts';
import type { Links } from './ports/links.ts';
import type { PredictionReader } from './ports/predictions.ts';
import type { Datasets, Programs, RunFolders, Scorer } from './ports/programs.ts';
import type { Quarantines } from './ports/quarantines.ts';
import type { Replies } from './ports/replies.ts';
import type { Runs } from './ports/runs.ts';
import type { TrafficReader } from './ports/traffic.ts';
import type { Versions } from './ports/versions.ts';
import type { ProfileReader } from './ports/windows.ts';

/** All services that a command or a job may use. Each declares what it needs, and gets no others. */
export interface World {
  clock: Clock;
  models: Models;
  people: People;
  environments: Environments;
  versions: Versions;
  runs: Runs;
  approvals: Approvals;
  deployments: Deployments;
  quarantines: Quarantines;
  alerts: Alerts;
  findings: Findings;
  links: Links;
  identities: Identities;
  audit: Audit;
  artifacts: Artifacts;
  jobs: Jobs;
  bus: Bus;
  replies: Replies;
  courier: Courier;
  inboundHandler: InboundHandler;
  programs: Programs;
  datasets: Datasets;
  scorer: Scorer;
  runFolders: RunFolders;
  profiles: ProfileReader;
  predictions: PredictionReader;
  traffic: TrafficReader;
  gateway: GatewayClient;
  charts: Charts;
}

export type Needs<K extends keyof World> = Pick<World, K>;
