import type { Connection } from 'mongoose';
import type { Clock } from '../core/clock.ts';
import { NotFound, Refused } from '../core/errors.ts';
import { toJson } from '../core/json.ts';
import type { Alert, Alerts } from '../core/ports/alerts.ts';
import { partsIn } from './alert-raising.ts';
import { type AlertRow, alertSchema, toAlert } from './alert-rows.ts';
import { dueSet } from './due-events.ts';
import { reached } from './reach.ts';

/** Nobody snoozed it at that time, or has rolled back because of it: whoever acted is not called. */
const awake = (time: Date) => ({
  carried: { $exists: false },
  $or: [{ snooze: { $exists: false } }, { 'snooze.until': { $lte: time } }],
});

export function alertsIn(connection: Connection, clock: Clock): Alerts {
  const rows = alertSchema.in(connection, 'Alert', 'alerts');
  const after = { returnDocument: 'after' } as const;

  async function get(id: string): Promise<Alert> {
    const row = await rows.findById(id).lean<AlertRow>();
    if (!row) throw new NotFound(`There is no alert ${id}.`);
    return toAlert(row);
  }

  /** `change` of the unresolved alert `id`, if it is still as `expected`. */
  async function change(id: string, expected: object, update: object): Promise<Alert | undefined> {
    const row = await rows
      .findOneAndUpdate({ _id: id, unresolved: true, ...expected }, update, after)
      .lean<AlertRow>();
    return row ? toAlert(row) : undefined;
  }

  /** The same for what people ask for: they are told if it is resolved. Otherwise the alert as it is. */
  async function changeOpen(id: string, expected: object, update: object): Promise<Alert> {
    const changed = await change(id, expected, update);
    if (changed) return changed;
    const alert = await get(id);
    if (alert.status === 'resolved')
      throw new Refused(`Alert ${id} is already resolved, so nothing was changed.`);
    return alert;
  }

  const partly = partsIn(rows, clock);

  return reached<Alerts>(
    {
      ...partly,
      get,

      carry: (id, from, { version, deployment }) =>
        change(
          id,
          { version: from },
          { $set: { version, deployment, carried: { from, deployment } } },
        ),

      probed: (id, probe) => {
        const stored = { ...probe, ...(probe.found && { found: toJson(probe.found) }) };
        const earlier = {
          $or: [{ probe: { $exists: false } }, { 'probe.at': { $lte: probe.at } }],
        };
        return change(id, earlier, { $set: { probe: stored } });
      },

      async acknowledge(id, by, event) {
        const taken = { status: 'acknowledged', acknowledgedBy: by, ...dueSet([event]) };
        return changeOpen(id, { status: 'open' }, { $set: taken });
      },

      snooze: (id, snooze, event) =>
        changeOpen(id, {}, { $set: { snooze, handled: true, ...dueSet([event]) } }),

      async wake(id, snooze, event) {
        const same = snooze ? { 'snooze.at': snooze.at, 'snooze.by': snooze.by } : {};
        return (
          (await change(id, same, {
            $unset: { snooze: '' },
            ...(event && { $set: dueSet([event]) }),
          })) ?? get(id)
        );
      },

      async snoozedUntil(time) {
        const found = await rows
          .find({ unresolved: true, 'snooze.until': { $lte: time } })
          .lean<AlertRow[]>();
        return found.map(toAlert);
      },

      async escalating(time) {
        const due = { unresolved: true, status: 'open', 'escalation.due': { $lte: time } };
        const undecided: object = { ...due, 'escalation.at': { $exists: false }, ...awake(time) };
        const found = await rows
          .find({ $or: [undecided, { 'escalation.told': false }] })
          .lean<AlertRow[]>();
        return found.map(toAlert);
      },

      escalate: (id, at) =>
        change(
          id,
          {
            ...{ status: 'open', 'escalation.due': { $lte: at } },
            ...{ 'escalation.at': { $exists: false }, ...awake(at) },
          },
          { $set: { 'escalation.at': at, 'escalation.told': false } },
        ),

      async escalated(id) {
        await rows.updateOne(
          { _id: id, 'escalation.told': false },
          { $set: { 'escalation.told': true } },
        );
      },

      async resolve(id, { replacedBy } = {}) {
        const resolved = await change(
          id,
          {},
          {
            $set: {
              ...{ status: 'resolved', unresolved: false, resolvedAt: clock.now() },
              ...(replacedBy !== undefined && { replacedBy }),
            },
          },
        );
        if (!resolved) await get(id);
        return resolved;
      },

      async during(from, to) {
        const some = { openedAt: { $lt: to } };
        const filter: object = {
          $or: [
            { ...some, unresolved: true },
            { ...some, resolvedAt: { $gte: from } },
          ],
        };
        const found = await rows.find(filter).sort({ openedAt: 1, _id: 1 }).lean<AlertRow[]>();
        return found.map(toAlert);
      },

      async list({ model, environment, includeResolved = false, limit = 50 }) {
        const found = await rows
          .find({
            ...(model === undefined ? {} : { model }),
            ...(environment === undefined ? {} : { environment }),
            ...(includeResolved ? {} : { unresolved: true }),
          })
          .sort({ openedAt: -1, _id: -1 })
          .limit(limit)
          .lean<AlertRow[]>();
        return found.map(toAlert);
      },
    },
    {
      raise: 'raising the alert',
      current: 'reading the alert',
      get: 'reading the alert',
      tell: 'noting what was told of the alert',
      fine: 'noting that it is fine again',
      toldFine: 'noting what was told of the alert',
      carry: 'noting the rollback in the alert',
      probed: 'storing what the probe of the alert found',
      acknowledge: 'acknowledging the alert',
      snooze: 'snoozing the alert',
      wake: 'ending the snooze of the alert',
      snoozedUntil: 'looking for snoozes that are over',
      escalating: 'looking for alerts that nobody took',
      escalate: 'escalating the alert',
      escalated: 'noting that the alert was escalated',
      resolve: 'resolving the alert',
      during: 'reading the alerts of a period',
      list: 'listing the alerts',
    },
  );
}
