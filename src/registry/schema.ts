import { Schema } from 'mongoose';

/**
 * What every collection has in common: a word that the schema does not know is a mistake of ours,
 * said aloud; documents hold what was given and nothing that mongoose would add.
 */
export const schemaOptions = {
  strict: 'throw',
  strictQuery: 'throw',
  versionKey: false,
  minimize: false,
  id: false,
} as const;

/** A window of time as a field. */
export const windowField = {
  _id: false,
  type: { from: { type: Date, required: true }, to: { type: Date, required: true } },
} as const;

/** An id or a name: never empty. Free text goes without, since mongoose takes '' for missing. */
export const word = { type: String, required: true } as const;
export const date = { type: Date, required: true } as const;
export const number = { type: Number, required: true } as const;
export const anything = Schema.Types.Mixed;

/** Where a set of rows came from, and what it was. */
export const datasetField = {
  _id: false,
  type: { window: windowField, sha256: word, rows: number },
} as const;

const QUERIES = [
  'updateOne',
  'updateMany',
  'replaceOne',
  'findOneAndUpdate',
  'findOneAndReplace',
  'findOneAndDelete',
  'deleteOne',
  'deleteMany',
] as const;

/** Makes the documents of `schema` write-once: what tries to change or delete one throws. */
export function freeze<T>(schema: Schema<T>, what: string): Schema<T> {
  const refuse = (): never => {
    throw new Error(`${what} is written once: it can be neither changed nor deleted`);
  };
  schema.pre([...QUERIES], { query: true, document: true }, refuse);
  schema.pre('bulkWrite', refuse);
  schema.pre('save', function () {
    if (!this.isNew) refuse();
  });
  return schema;
}
