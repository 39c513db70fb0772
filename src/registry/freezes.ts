import type { Connection } from 'mongoose';
import type { Clock } from '../core/clock.ts';
import { NotFound } from '../core/errors.ts';
import type { Freeze } from '../core/freeze.ts';
import type { FreezeStore } from '../core/ports/freezes.ts';
import { DUE_INDEX, dueField, dueNew, dueSet, type WithDue } from './due-events.ts';
import { reached, unlessThere } from './reach.ts';
import { date, RowSchema, word } from './schema.ts';

type Row = Omit<Freeze, 'id'> & WithDue & { _id: string };

const schema = new RowSchema<Row>({
  _id: word,
  environment: String,
  why: word,
  by: word,
  since: date,
  until: Date,
  ended: { _id: false, type: { by: word, at: date } },
  ...dueField,
});
schema.index({ since: 1 }).index(...DUE_INDEX);

/** People end freezes, so few are open; more than this in a row of calls would be a mistake. */
const MOST = 1000;

const toFreeze = ({ _id, due: _, ...freeze }: Row): Freeze => ({ id: _id, ...freeze });

export function freezesIn(connection: Connection, clock: Clock): FreezeStore {
  const rows = schema.in(connection, 'Freeze', 'freezes');

  async function get(id: string): Promise<Freeze> {
    const row = await rows.findById(id).lean<Row>();
    if (!row) throw new NotFound(`There is no freeze ${id}.`);
    return toFreeze(row);
  }

  return reached<FreezeStore>(
    {
      async begin({ id, ...freeze }, event) {
        await unlessThere(() => rows.create({ _id: id, ...freeze, ...dueNew([event]) }));
        return get(id);
      },

      async end(id, by, event) {
        await rows.updateOne(
          { _id: id, ended: { $exists: false } },
          { $set: { ended: { by, at: clock.now() }, ...dueSet([event]) } },
        );
        return get(id);
      },

      async current() {
        const found = await rows
          .find({
            ended: { $exists: false },
            $or: [{ until: { $exists: false } }, { until: { $gt: clock.now() } }],
          })
          .sort({ since: 1, _id: 1 })
          .limit(MOST)
          .lean<Row[]>();
        return found.map(toFreeze);
      },
    },
    { begin: 'storing the freeze', end: 'ending the freeze', current: 'reading the freezes' },
  );
}
