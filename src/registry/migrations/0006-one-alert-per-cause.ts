import { dropIndexes } from './drop-indexes.ts';
import type { Migration } from './migration.ts';

/** What a monitor found, with what it is for alerts from before it was stored. */
const PART = {
  monitor: undefined,
  kind: 'drift',
  grade: 'inform',
  window: undefined,
  newest: undefined,
  windows: 1,
  signals: [],
  sizes: [],
  told: undefined,
  causes: undefined,
  evidence: null,
  pictures: [],
} as const;

/**
 * Several monitors can find one alert: what a monitor found becomes a part of it. The index that allowed one open alert
 * per monitor is replaced by one that lets open alerts of an endpoint be opened one after the other.
 */
export const oneAlertPerCause: Migration = {
  name: '0006-one-alert-per-cause',
  async run(db) {
    const alerts = db.collection('alerts');
    const ordinals = new Map<string, number>();
    const old = alerts.find({}).sort({ openedAt: 1, _id: 1 });
    for (const alert of await old.toArray()) {
      const endpoint = JSON.stringify([alert['model'], alert['environment']]);
      const ordinal = (ordinals.get(endpoint) ?? 0) + 1;
      ordinals.set(endpoint, ordinal);
      if (alert['parts'] !== undefined) continue;
      const { window, signals = [], sizes = [] } = alert;
      const usual = { ...PART, newest: window, told: { signals, size: sizes.at(-1) ?? 0 } };
      const part = Object.entries(usual).flatMap(([key, otherwise]) => {
        const value = alert[key] ?? otherwise;
        return value === undefined ? [] : [[key, value] as const];
      });
      await alerts.updateOne(
        { _id: alert._id, parts: { $exists: false } },
        {
          $set: { parts: [Object.fromEntries(part)], ordinal, revision: 1 },
          $unset: Object.fromEntries(Object.keys(PART).map((key) => [key, ''])),
        },
      );
    }
    await dropIndexes(db, [['alerts', 'model_1_environment_1_monitor_1']]);
  },
};
