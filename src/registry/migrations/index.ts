import { dropOldIndexes } from './0001-drop-old-indexes.ts';
import { sealAudit } from './0002-seal-audit.ts';
import { monitorKinds } from './0003-monitor-kinds.ts';
import { environments } from './0004-environments.ts';
import { oneAlertPerMonitor } from './0005-one-alert-per-monitor.ts';
import { oneAlertPerCause } from './0006-one-alert-per-cause.ts';
import type { Migration } from './migration.ts';

/** In the order of their numbers, which start at 1 without gaps. */
export const migrations: readonly Migration[] = [
  dropOldIndexes,
  sealAudit,
  monitorKinds,
  environments,
  oneAlertPerMonitor,
  oneAlertPerCause,
];
