import type { Connection } from 'mongoose';
import type { Retrainings, RetrainState } from '../core/ports/retrainings.ts';
import { reached, unlessThere } from './reach.ts';
import { anything, number, RowSchema, word } from './schema.ts';

type Row = Omit<RetrainState, 'model'> & { _id: string };

const schema = new RowSchema<Row>({ _id: word, revision: number, trainings: anything });

const ATTEMPTS = 50;

export function retrainingsIn(connection: Connection): Retrainings {
  const rows = schema.in(connection, 'Retraining', 'retrainings');

  async function get(model: string): Promise<RetrainState> {
    const row = await rows.findById(model).lean<Row>();
    return { model, revision: row?.revision ?? 0, trainings: row?.trainings ?? [] };
  }

  return reached<Retrainings>(
    {
      get,
      async change(model, step) {
        for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
          const seen = await get(model);
          const trainings = step(seen);
          if (!trainings) return seen;
          const next = { revision: seen.revision + 1, trainings };
          const written =
            seen.revision === 0
              ? await unlessThere(() => rows.create({ _id: model, ...next }))
              : await rows.findOneAndUpdate(
                  { _id: model, revision: seen.revision },
                  { $set: next },
                );
          if (written) return { model, ...next };
        }
        throw new Error(`changing what the policy of ${model} did: others change it all the time`);
      },
    },
    {
      get: 'reading what the retraining policy did',
      change: 'storing what the retraining policy does',
    },
  );
}
