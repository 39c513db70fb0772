import type { Connection } from 'mongoose';
import type { Quarantine, Quarantines } from '../core/ports/quarantines.ts';
import { reached, unlessThere } from './reach.ts';
import { RowSchema, word } from './schema.ts';

type Row = Omit<Quarantine, 'deployment'> & { _id: string };

const schema = new RowSchema<Row>({
  _id: word,
  model: word,
  environment: word,
  version: { type: Number, required: true },
  artifact: word,
  fault: { ...word, enum: ['hung', 'crashed', 'unloadable', 'wrong', 'refused'] },
  words: word,
  at: { type: Date, required: true },
});
schema.index({ at: -1 });

const toQuarantine = ({ _id, ...quarantine }: Row): Quarantine => ({
  deployment: _id,
  ...quarantine,
});

/** A deployment goes live again only through a new one, so the list stays short. */
const MOST = 1000;

export function quarantinesIn(connection: Connection): Quarantines {
  const rows = schema.in(connection, 'Quarantine', 'quarantines');
  return reached<Quarantines>(
    {
      async add({ deployment, ...quarantine }) {
        await unlessThere(() => rows.create({ _id: deployment, ...quarantine }));
      },
      async get(deployment) {
        const found = await rows.findById(deployment).lean<Row>();
        return found ? toQuarantine(found) : undefined;
      },
      async list() {
        const found = await rows.find().sort({ at: -1 }).limit(MOST).lean<Row[]>();
        return found.map(toQuarantine);
      },
    },
    {
      add: 'quarantining a version',
      get: 'reading a quarantine',
      list: 'reading what is quarantined',
    },
  );
}
