import type { Model } from 'mongoose';
import type { Clock } from '../core/clock.ts';
import type { Endpoint } from '../core/endpoint.ts';
import { NotFound } from '../core/errors.ts';
import type { Alert, AlertDraft, AlertPart, Alerts } from '../core/ports/alerts.ts';
import { hasLoss, partFrom, withWindow } from './alert-parts.ts';
import { type AlertRow, toAlert } from './alert-rows.ts';
import { unlessThere } from './reach.ts';

/** As often is a change that others prevent tried again. */
const ATTEMPTS = 20;

type Raised = { alert: Alert; fresh: boolean };
type Raising = NonNullable<Parameters<Alerts['raise']>[1]>;

/** What changes the parts of alerts: read, changed as a whole, and written if nobody else changed them meanwhile. */
export function partsIn(
  rows: Model<AlertRow>,
  clock: Clock,
): Pick<Alerts, 'raise' | 'current' | 'tell' | 'fine' | 'toldFine'> {
  const openAt = ({ model, environment }: Endpoint) =>
    rows.find({ model, environment, unresolved: true }).sort({ ordinal: 1 }).lean<AlertRow[]>();

  async function lastOrdinal({ model, environment }: Endpoint): Promise<number> {
    const row = await rows
      .findOne({ model, environment })
      .sort({ ordinal: -1 })
      .lean<Pick<AlertRow, 'ordinal'>>();
    return row?.ordinal ?? 0;
  }

  /** Undefined if somebody changed its parts, or resolved it, since `row` was read. */
  const write = ({ _id, revision }: AlertRow, $set: object, $unset?: object) =>
    rows
      .findOneAndUpdate(
        { _id, unresolved: true, revision },
        { $set, ...($unset && { $unset }), $inc: { revision: 1 } },
        { returnDocument: 'after' },
      )
      .lean<AlertRow>();

  /**
   * `next` of an unresolved alert, as often as others change it. Undefined if it is resolved, or `next` gives nothing:
   * then it is left unchanged.
   */
  async function change(
    id: string,
    next: (row: AlertRow) => { $set: object; $unset?: object } | undefined,
  ): Promise<Alert | undefined> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const row = await rows.findById(id).lean<AlertRow>();
      if (!row) throw new NotFound(`There is no alert ${id}.`);
      const update = row.unresolved ? next(row) : undefined;
      if (!update) return undefined;
      const changed = await write(row, update.$set, update.$unset);
      if (changed) return toAlert(changed);
    }
    throw new Error(`changing the alert ${id}: others change it all the time`);
  }

  /** Adds a window to this open alert. Undefined if others changed it meanwhile. */
  async function add(
    row: AlertRow,
    draft: AlertDraft,
    { escalateAt }: Raising,
  ): Promise<Raised | undefined> {
    const parts = withWindow(row.parts, draft, clock.now());
    const fresh = row._id === draft.id;
    if (!parts) return { alert: toAlert(row), fresh };
    const { version, severity, deployment } = draft;
    const isFirstLoss = draft.grade === 'harm' && !hasLoss(row.parts);
    const escalation = escalateAt && { due: escalateAt };
    const changed = await write(
      row,
      {
        ...{ parts, version, severity, ...(deployment !== undefined && { deployment }) },
        ...(isFirstLoss && { status: 'open', ...(escalation && { escalation }) }),
      },
      isFirstLoss ? { acknowledgedBy: '', snooze: '' } : undefined,
    );
    return changed ? { alert: toAlert(changed), fresh } : undefined;
  }

  /** Undefined if another alert of the endpoint was opened meanwhile. */
  async function open(
    draft: AlertDraft,
    ordinal: number,
    { escalateAt }: Raising,
  ): Promise<Raised | undefined> {
    const { id, model, environment, version, deployment, severity } = draft;
    const now = clock.now();
    const told = { signals: draft.signals, size: draft.sizes.at(-1) ?? 0 };
    const row = await unlessThere(() =>
      rows.create({
        ...{ _id: id, model, environment, version, severity, ordinal, revision: 1 },
        ...(deployment !== undefined && { deployment }),
        ...{ status: 'open' as const, unresolved: true, openedAt: now },
        ...(escalateAt && { escalation: { due: escalateAt } }),
        parts: [{ ...partFrom(draft, now), told }],
      }),
    );
    const stored = row && (await rows.findById(id).lean<AlertRow>());
    return stored ? { alert: toAlert(stored), fresh: true } : undefined;
  }

  return {
    async raise(draft, raising = {}) {
      const { belongsTo = () => false } = raising;
      for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
        // Before what is open is read: whatever is opened after that prevents ours.
        const last = await lastOrdinal(draft);
        const known = await openAt(draft);
        const own = known.find((row) => isTaking(row, draft));
        const old = own ? undefined : await rows.findById(draft.id).lean<AlertRow>();
        // Raised before and resolved since: the retry changes nothing.
        if (old && !old.unresolved) return { alert: toAlert(old), fresh: false };
        const place = own ?? known.find((row) => belongsTo(toAlert(row)));
        const raised = await (place ? add(place, draft, raising) : open(draft, last + 1, raising));
        if (raised) return raised;
      }
      throw new Error(`raising the alert ${draft.id}: others change it all the time`);
    },

    async current(endpoint, monitor) {
      const known = (await openAt(endpoint)).filter((row) => partIn(row, monitor));
      const rank = (row: AlertRow) => {
        const over = partIn(row, monitor)?.over;
        return over ? 1 + Number(over.told) : 0;
      };
      const [row] = known.toSorted((a, b) => rank(a) - rank(b));
      return row && toAlert(row);
    },

    tell: (id, monitor, before, told) =>
      change(id, ({ parts }) => {
        const part = parts.find((one) => one.monitor === monitor);
        if (!part || !isSame(part.told, before)) return undefined;
        return { $set: { parts: replaced(parts, part, { ...part, told }) } };
      }),

    fine: async (id, monitors) => {
      const at = clock.now();
      const changed = await change(id, ({ parts, escalation }) => {
        const now = parts.map((part) =>
          part.over || !monitors.includes(part.monitor)
            ? part
            : { ...part, over: { at, told: false } },
        );
        if (now.every((part, place) => part === parts[place])) return undefined;
        const isCalm = escalation && !escalation.at && !hasLoss(now);
        return { $set: { parts: now }, ...(isCalm && { $unset: { escalation: '' } }) };
      });
      if (changed) return changed;
      const row = await rows.findById(id).lean<AlertRow>();
      return row?.unresolved ? toAlert(row) : undefined;
    },

    async toldFine(id, monitor) {
      await change(id, ({ parts }) => {
        const part = parts.find((one) => one.monitor === monitor);
        if (!part?.over || part.over.told) return undefined;
        const over = { ...part.over, told: true };
        return { $set: { parts: replaced(parts, part, { ...part, over }) } };
      });
    },
  };
}

const partIn = ({ parts }: AlertRow, monitor: string) =>
  parts.find((part) => part.monitor === monitor);

/** The monitor still finds it, or knows this window or a later one already. */
function isTaking(row: AlertRow, { monitor, window }: AlertDraft): boolean {
  const part = partIn(row, monitor);
  return part !== undefined && (!part.over || part.newest.to >= window.to);
}

function replaced(parts: readonly AlertPart[], one: AlertPart, by: AlertPart): AlertPart[] {
  return parts.map((part) => (part === one ? by : part));
}

function isSame(a: AlertPart['told'], b: AlertPart['told']): boolean {
  if (!a || !b) return a === b;
  return a.size === b.size && JSON.stringify(a.signals) === JSON.stringify(b.signals);
}
