import type { Migration } from './migration.ts';

/**
 * Introduces kinds of monitors. Existing data becomes the kind `drift`: it writes the text of its alerts, which
 * were stored as sentences before, and the drifted columns of a window are its signals.
 */
export const monitorKinds: Migration = {
  name: '0003-monitor-kinds',
  async run(db) {
    const alerts = db.collection('alerts');
    await alerts.updateMany({ kind: { $exists: false } }, { $set: { kind: 'drift' } });
    await alerts.updateMany({ summary: { $exists: true } }, { $unset: { summary: '' } });
    const findings = db.collection('findings');
    for (const { _id, drifted } of await findings.find({ drifted: { $exists: true } }).toArray())
      await findings.updateOne(
        { _id, drifted: { $exists: true } },
        { $set: { signals: drifted }, $unset: { drifted: '' } },
      );
  },
};
