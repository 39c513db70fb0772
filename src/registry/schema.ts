import { type Connection, type Model, Schema, type SchemaDefinitionProperty } from 'mongoose';

/**
 * Common to all collections: an unknown field is our mistake and throws; documents contain what was given and
 * nothing that mongoose would add.
 */
const schemaOptions = {
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

/** An ID or a name: never empty. Free text does not use this, because mongoose treats '' as missing. */
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

/** Every field of a row, so that none is forgotten. mongoose creates the `_id` if it is not listed. */
type Fields<Row> = Record<Exclude<keyof Row, '_id'> & string, SchemaDefinitionProperty> & {
  _id?: SchemaDefinitionProperty;
};

interface IndexOptions {
  unique?: boolean;
  partialFilterExpression?: Record<string, unknown>;
}

/**
 * The schema of a collection of `Row`s. A class of our own, since whoever names mongoose's `Schema` as a type pays
 * a second of type checking for it: here that is paid once.
 */
export class RowSchema<Row> {
  readonly #schema;

  constructor(fields: Fields<Required<Row>>, options: object = {}) {
    this.#schema = new Schema(fields, { ...schemaOptions, ...options });
  }

  index(fields: Record<string, 1 | -1>, options: IndexOptions = {}): this {
    this.#schema.index(fields, options);
    return this;
  }

  /** Makes the documents write-once: changing or deleting one throws. `what` starts the sentence. */
  writeOnce(what: string): this {
    const refuse = (): never => {
      throw new Error(`${what} is written once: it can be neither changed nor deleted`);
    };
    this.#schema.pre([...QUERIES], { query: true, document: true }, refuse);
    this.#schema.pre('bulkWrite', refuse);
    this.#schema.pre('save', function () {
      if (!this.isNew) refuse();
    });
    return this;
  }

  in(connection: Connection, name: string, collection: string): Model<Row> {
    return connection.model<Row>(name, this.#schema, collection);
  }
}
