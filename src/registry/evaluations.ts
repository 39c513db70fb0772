import type { Connection } from 'mongoose';
import { deriveId } from '../core/ids.ts';
import type { Evaluation, Versions } from '../core/ports/versions.ts';
import { unlessThere } from './reach.ts';
import { anything, datasetField, date, RowSchema, word } from './schema.ts';

type Row = Evaluation & { _id: string };

const schema = new RowSchema<Row>({
  _id: word,
  version: word,
  dataset: datasetField,
  metrics: anything,
  report: anything,
  unit: String,
  agreement: anything,
  reference: word,
  windows: String,
  rows: String,
  at: date,
}).writeOnce('An evaluation');
schema.index({ version: 1, at: -1 });

/** The part of `Versions` that keeps what was measured on them. */
export function evaluationsIn(
  connection: Connection,
): Pick<Versions, 'addEvaluation' | 'evaluation'> {
  const rows = schema.in(connection, 'Evaluation', 'evaluations');
  return {
    async addEvaluation(evaluation) {
      const { version, dataset, reference, at } = evaluation;
      const _id = `${version}/${deriveId('evaluation', dataset.sha256, reference, at.getTime())}`;
      await unlessThere(() => rows.create({ _id, ...evaluation }));
    },

    async evaluation(version) {
      const row = await rows.findOne({ version }).sort({ at: -1 }).lean<Row>();
      if (!row) return undefined;
      const { _id, ...evaluation } = row;
      return evaluation;
    },
  };
}
