import { dropIndexes } from './drop-indexes.ts';
import type { Migration } from './migration.ts';

/**
 * Replaced by indexes that include the ID, so that lists have a total order. Keeping the old ones would cost
 * every write.
 */
const REPLACED: readonly (readonly [collection: string, index: string])[] = [
  ['alerts', 'openedAt_-1'],
  ['alerts', 'model_1_openedAt_-1'],
  ['approvals', 'createdAt_-1'],
  ['approvals', 'model_1_createdAt_-1'],
  ['approvals', 'status_1_createdAt_-1'],
  ['audit', 'at_-1'],
  ['audit', 'model_1_at_-1'],
  ['audit', 'subject_1_at_-1'],
  ['findings', 'monitor_1_window.to_-1'],
  ['runs', 'createdAt_-1'],
  ['runs', 'model_1_createdAt_-1'],
  ['runs', 'requestedBy_1_createdAt_-1'],
];

export const dropOldIndexes: Migration = {
  name: '0001-drop-old-indexes',
  run: (db) => dropIndexes(db, REPLACED),
};
