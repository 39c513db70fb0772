import { dropIndexes } from './drop-indexes.ts';
import type { Migration } from './migration.ts';

/**
 * An alert outlives its version: there is one open alert per endpoint and monitor. The index that allowed one per
 * version is replaced. Of several open ones, which existed for minutes after a switch, the newest remains.
 */
export const oneAlertPerMonitor: Migration = {
  name: '0005-one-alert-per-monitor',
  async run(db, at) {
    const alerts = db.collection('alerts');
    const seen = new Set<string>();
    const open = alerts.find({ unresolved: true }).sort({ openedAt: -1, _id: -1 });
    for (const { _id, model, environment, monitor } of await open.toArray()) {
      const cause = JSON.stringify([model, environment, monitor]);
      if (seen.has(cause))
        await alerts.updateOne(
          { _id, unresolved: true },
          { $set: { unresolved: false, status: 'resolved', resolvedAt: at } },
        );
      seen.add(cause);
    }
    await dropIndexes(db, [['alerts', 'model_1_environment_1_monitor_1_version_1']]);
  },
};
