import type { Connection, mongo } from 'mongoose';
import type { Clock } from '../core/clock.ts';
import { Unreachable } from '../core/errors.ts';
import type { Json } from '../core/json.ts';
import type { Log } from '../core/log.ts';
import type { Models } from '../core/model.ts';
import type { Alerts, Findings } from '../core/ports/alerts.ts';
import type { Approvals } from '../core/ports/approvals.ts';
import type { Arrivals } from '../core/ports/arrivals.ts';
import type { ChatLog } from '../core/ports/chat-log.ts';
import type { Deployments } from '../core/ports/deployments.ts';
import type { DueEvents } from '../core/ports/due-events.ts';
import type { Endpoints } from '../core/ports/endpoints.ts';
import type { Exports } from '../core/ports/exports.ts';
import type { FreezeStore } from '../core/ports/freezes.ts';
import type { Gateways } from '../core/ports/gateways.ts';
import type { HandledEvents } from '../core/ports/handled-events.ts';
import type { HookCalls } from '../core/ports/hook-calls.ts';
import type { KnownTargets } from '../core/ports/known-targets.ts';
import type { Links } from '../core/ports/links.ts';
import type { Pipelines } from '../core/ports/pipelines.ts';
import type { ProfileStore } from '../core/ports/profiles.ts';
import type { Proposals } from '../core/ports/proposals.ts';
import type { Quarantines } from '../core/ports/quarantines.ts';
import type { Outbox } from '../core/ports/replies.ts';
import type { Retrainings } from '../core/ports/retrainings.ts';
import type { Runs } from '../core/ports/runs.ts';
import type { SharedFiles } from '../core/ports/shared-files.ts';
import type { StorageRecords } from '../core/ports/storage.ts';
import type { Subscriptions } from '../core/ports/subscriptions.ts';
import type { TallyStore } from '../core/ports/tallies.ts';
import type { Tickets } from '../core/ports/tickets.ts';
import type { TrafficStore } from '../core/ports/traffic.ts';
import type { Versions } from '../core/ports/versions.ts';
import type { Deliveries } from '../core/ports/webhooks.ts';
import { alertsIn } from './alerts.ts';
import { approvalsIn } from './approvals.ts';
import { arrivalsIn } from './arrivals.ts';
import { type AuditStore, auditIn } from './audit/index.ts';
import { chatLogIn } from './chat-log.ts';
import { connect } from './connect.ts';
import { deliveriesIn } from './deliveries.ts';
import { deploymentsIn } from './deployments.ts';
import { dueEventsIn } from './due-events.ts';
import { endpointsIn } from './endpoint-states.ts';
import { exportsIn } from './exports.ts';
import { findingsIn } from './findings.ts';
import { freezesIn } from './freezes.ts';
import { gatewaysIn } from './gateways.ts';
import { handledEventsIn } from './handled-events.ts';
import { hookCallsIn } from './hook-calls.ts';
import { knownTargetsIn } from './known-targets.ts';
import { linksIn } from './links.ts';
import { migrate } from './migrations/migrate.ts';
import { readSchemaVersions, type SchemaVersions } from './migrations/version.ts';
import { outboxIn } from './outbox.ts';
import { pipelinesIn } from './pipelines.ts';
import { profilesIn } from './profiles.ts';
import { proposalsIn } from './proposals.ts';
import { quarantinesIn } from './quarantines.ts';
import { reach } from './reach.ts';
import { retrainingsIn } from './retrainings.ts';
import { runsIn } from './runs.ts';
import { sharedFilesIn } from './shared-files.ts';
import { storageIn } from './storage.ts';
import { subscriptionsIn } from './subscriptions.ts';
import { talliesIn } from './tallies.ts';
import { ticketsIn } from './tickets.ts';
import { trafficIn } from './traffic.ts';
import { exportFrom } from './transfer/export.ts';
import type { Sums } from './transfer/format.ts';
import { importInto, type Lines } from './transfer/import.ts';
import { versionsIn } from './versions.ts';

export interface Registry {
  versions: Versions;
  runs: Runs;
  approvals: Approvals;
  deployments: Deployments;
  endpoints: Endpoints;
  freezes: FreezeStore;
  gateways: Gateways;
  knownTargets: KnownTargets;
  handledEvents: HandledEvents;
  proposals: Proposals;
  quarantines: Quarantines;
  arrivals: Arrivals;
  hookCalls: HookCalls;
  deliveries: Deliveries;
  exports: Exports;
  retrainings: Retrainings;
  pipelines: Pipelines;
  alerts: Alerts;
  findings: Findings;
  links: Links;
  sharedFiles: SharedFiles;
  storage: StorageRecords;
  subscriptions: Subscriptions;
  audit: AuditStore;
  dueEvents: DueEvents;
  outbox: Outbox;
  chatLog: ChatLog;
  profiles: ProfileStore<Json>;
  traffic: TrafficStore;
  tallies: TallyStore;
  tickets: Tickets;
  /**
   * Migrates the data to the version that this code reads, then creates the indexes: before anything else is
   * read or written. Several processes may do it at once.
   * @param first the first environment of the configuration: it owns data without an environment
   * @throws BadInput, without changes, if a newer release wrote the data
   */
  prepare(log: Pick<Log, 'info'>, first: string): Promise<void>;
  /** The version of the data, and the version that this code reads. Changes nothing. */
  schemaVersions(): Promise<SchemaVersions>;
  /**
   * Writes everything as lines, then reads it again.
   * @throws Refused if it changed in the meantime
   */
  exportTo(write: (line: string) => Promise<void>): Promise<Sums>;
  /**
   * Writes exported data to this registry, then reads it back.
   * @throws BadInput for a file that is damaged or from a newer release; Refused if this registry is not empty
   */
  importFrom(lines: Lines): Promise<Sums>;
  /** Creates missing indexes. The unique ones enforce guarantees: run it before the first write. */
  ensureIndexes(): Promise<void>;
  /** Throws Unreachable if the database does not respond. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

interface RegistryOptions {
  /** `mongodb://…/wheelhouse`: MongoDB 5 or newer, or the embedded store. */
  uri: string;
  clock: Clock;
  models: Models;
}

/** Opens the registry. Throws Unreachable if the database does not respond within five seconds. */
export async function openRegistry(options: RegistryOptions): Promise<Registry> {
  const connection = await reach('opening the registry', () => connect(options.uri));
  return registryOn(connection, options);
}

/** The registry on a connection, which is closed with it. */
export function registryOn(
  connection: Connection,
  { clock, models }: Pick<RegistryOptions, 'clock' | 'models'>,
): Registry {
  const deployments = deploymentsIn(connection, clock);
  const registry: Registry = {
    versions: versionsIn(connection, clock, models, deployments),
    runs: runsIn(connection, clock),
    approvals: approvalsIn(connection, clock),
    deployments,
    endpoints: endpointsIn(connection),
    freezes: freezesIn(connection, clock),
    gateways: gatewaysIn(connection, clock),
    knownTargets: knownTargetsIn(connection),
    handledEvents: handledEventsIn(connection, clock),
    proposals: proposalsIn(connection, clock),
    quarantines: quarantinesIn(connection),
    arrivals: arrivalsIn(connection),
    hookCalls: hookCallsIn(connection),
    deliveries: deliveriesIn(connection),
    exports: exportsIn(connection),
    retrainings: retrainingsIn(connection),
    pipelines: pipelinesIn(connection, clock),
    alerts: alertsIn(connection, clock),
    findings: findingsIn(connection),
    links: linksIn(connection, clock),
    sharedFiles: sharedFilesIn(connection, clock),
    storage: storageIn(connection, clock),
    subscriptions: subscriptionsIn(connection),
    audit: auditIn(connection, clock),
    dueEvents: dueEventsIn(connection),
    outbox: outboxIn(connection),
    chatLog: chatLogIn(connection, clock),
    profiles: profilesIn(connection),
    traffic: trafficIn(connection),
    tallies: talliesIn(connection, clock),
    tickets: ticketsIn(connection, clock),
    async prepare(log, first) {
      await reach('migrating the registry', () => migrate(dbOf(connection), { clock, log, first }));
      await registry.ensureIndexes();
    },
    schemaVersions: () =>
      reach('reading the version of the registry', () => readSchemaVersions(dbOf(connection))),
    exportTo: (write) =>
      reach('exporting the registry', () => exportFrom(dbOf(connection), clock.now(), write)),
    importFrom: (lines) =>
      reach('importing the registry', () => importInto(dbOf(connection), lines)),
    ensureIndexes: () => reach('building the indexes', () => ensureIndexes(connection)),
    ping: () => reach('asking after the registry', () => ping(connection)),
    close: () => connection.close(),
  };
  return registry;
}

/**
 * One collection after another: creating all at once would occupy the connection pool. Mongoose's own `createIndexes` asks
 * for each index separately.
 */
async function ensureIndexes(connection: Connection): Promise<void> {
  for (const { collection, schema } of Object.values(connection.models)) {
    const wanted = schema.indexes().map(([key, options]) => ({ ...options, key }));
    if (wanted.length > 0) await collection.createIndexes(wanted as mongo.IndexDescription[]);
  }
}

function dbOf({ db }: Connection): mongo.Db {
  if (!db) throw new Unreachable('asking after the registry: it is not open.');
  return db;
}

async function ping(connection: Connection): Promise<void> {
  await dbOf(connection).admin().ping();
}
