import type { Connection } from 'mongoose';
import type { Clock } from '../core/clock.ts';
import { NotFound } from '../core/errors.ts';
import type { Pipeline } from '../core/pipeline.ts';
import type { Pipelines } from '../core/ports/pipelines.ts';
import { DUE_INDEX, dueField, dueSet, type WithDue } from './due-events.ts';
import { reached, unlessThere } from './reach.ts';
import { anything, date, number, RowSchema, windowField, word } from './schema.ts';

type Row = Omit<Pipeline, 'id'> & WithDue & { _id: string };

const schema = new RowSchema<Row>({
  ...{ _id: word, model: word, revision: number, attempt: number, requestedBy: word },
  automation: String,
  ...{ trigger: anything, window: windowField, parameters: anything, to: word },
  ...{ minGain: Number, reuse: { type: Boolean, required: true }, steps: anything },
  ...{ restarted: anything, made: anything, createdAt: date, seenAt: date, end: anything },
  ...dueField,
});
schema.index(...DUE_INDEX);
schema.index({ model: 1, createdAt: -1, _id: -1 });
schema.index({ 'end.at': 1, createdAt: -1 });

const toPipeline = ({ _id, due: _, ...row }: Row): Pipeline => ({ id: _id, ...row });

const ATTEMPTS = 50;

export function pipelinesIn(connection: Connection, clock: Clock): Pipelines {
  const rows = schema.in(connection, 'Pipeline', 'pipelines');

  async function get(id: string): Promise<Pipeline> {
    const row = await rows.findById(id).lean<Row>();
    if (row) return toPipeline(row);
    throw new NotFound(`There is no pipeline ${id}.`, {
      next: '/pipeline MODEL shows the newest one of a model.',
    });
  }

  return reached<Pipelines>(
    {
      async create({ id, ...draft }) {
        const now = clock.now();
        const fresh = { revision: 1, attempt: 1, made: {}, createdAt: now, seenAt: now };
        await unlessThere(() => rows.create({ _id: id, ...draft, ...fresh }));
        return get(id);
      },

      get,

      async list({ model, open, limit }) {
        const found = await rows
          .find({
            ...(model === undefined ? {} : { model }),
            ...(open && { $or: [{ end: { $exists: false } }, { 'end.at': { $gt: open } }] }),
          })
          .sort({ createdAt: -1, _id: -1 })
          .limit(limit)
          .lean<Row[]>();
        return found.map(toPipeline);
      },

      async change(id, step) {
        for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
          const seen = await get(id);
          const change = step(seen);
          if (!change) return seen;
          const { end, automation, event, ...fields } = change;
          const written = await rows
            .findOneAndUpdate(
              { _id: id, revision: seen.revision },
              {
                $set: {
                  ...{ ...fields, revision: seen.revision + 1 },
                  ...(end && { end }),
                  ...(typeof automation === 'string' && { automation }),
                  ...dueSet([event]),
                },
                $unset: {
                  ...(end === null && { end: 1 }),
                  ...(automation === null && { automation: 1 }),
                },
              },
              { returnDocument: 'after' },
            )
            .lean<Row>();
          if (written) return toPipeline(written);
        }
        throw new Error(`changing ${id}: others change it all the time`);
      },
    },
    {
      create: 'storing the pipeline',
      get: 'reading the pipeline',
      list: 'listing the pipelines',
      change: 'changing the pipeline',
    },
  );
}
