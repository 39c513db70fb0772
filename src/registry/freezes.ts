import type { Connection } from 'mongoose';
import type { Clock } from '../core/clock.ts';
import { NotFound } from '../core/errors.ts';
import type { Freeze } from '../core/freeze.ts';
import type { FreezeStore } from '../core/ports/freezes.ts';
import { reached, unlessThere } from './reach.ts';
import { date, RowSchema, word } from './schema.ts';

type Row = Omit<Freeze, 'id'> & { _id: string };

const schema = new RowSchema<Row>({
  _id: word,
  environment: String,
  why: word,
  by: word,
  since: date,
  until: Date,
  ended: { _id: false, type: { by: word, at: date } },
});
schema.index({ since: 1 });

/** People end freezes, so few are open; more than this in a row of calls would be a mistake. */
const MOST = 1000;

const toFreeze = ({ _id, ...freeze }: Row): Freeze => ({ id: _id, ...freeze });

export function freezesIn(connection: Connection, clock: Clock): FreezeStore {
  const rows = schema.in(connection, 'Freeze', 'freezes');

  async function get(id: string): Promise<Freeze> {
    const row = await rows.findById(id).lean<Row>();
    if (!row) throw new NotFound(`There is no freeze ${id}.`);
    return toFreeze(row);
  }

  return reached<FreezeStore>(
    {
      async begin({ id, ...freeze }) {
        await unlessThere(() => rows.create({ _id: id, ...freeze }));
        return get(id);
      },

      async end(id, by) {
        await rows.updateOne(
          { _id: id, ended: { $exists: false } },
          { $set: { ended: { by, at: clock.now() } } },
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
