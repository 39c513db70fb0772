import type { Connection } from 'mongoose';
import type { HookCall, HookCalls } from '../core/ports/hook-calls.ts';
import { reached, unlessThere } from './reach.ts';
import { date, number, RowSchema, word } from './schema.ts';

/** `body`: in base 64, until it is in the folder of its source. */
type Row = Omit<HookCall, 'id' | 'isWaiting'> & { _id: string; body?: string };

const schema = new RowSchema<Row>({
  _id: word,
  model: word,
  source: word,
  sha256: word,
  bytes: number,
  file: word,
  kind: { ...word, enum: ['posted', 'announced'] },
  at: date,
  body: String,
});
schema.index({ model: 1, source: 1, at: 1 });
schema.index({ at: 1 });

const WITHOUT_BODY = {
  ...{ model: 1, source: 1, sha256: 1, bytes: 1, file: 1, kind: 1, at: 1 },
} as const;

const toCall = ({ _id, body, ...row }: Row): HookCall => ({
  ...{ id: _id, ...row, isWaiting: body !== undefined },
});

export function hookCallsIn(connection: Connection): HookCalls {
  const rows = schema.in(connection, 'HookCall', 'hook_calls');
  return reached<HookCalls>(
    {
      async add({ id, ...call }, body) {
        const content = call.kind === 'posted' && { body: Buffer.from(body).toString('base64') };
        const created = await unlessThere(() => rows.create({ _id: id, ...call, ...content }));
        const row = await rows.findById(id).lean<Row>();
        if (!row) throw new Error(`the call ${id} was deleted while it was stored`);
        return { kept: toCall(row), isNew: created !== undefined };
      },
      async find(id) {
        const row = await rows.findById(id).lean<Row>();
        return row ? toCall(row) : undefined;
      },
      async list(model, source, since) {
        const where = { model, source, at: { $gte: since } };
        const [all, waiting] = await Promise.all([
          rows.find(where).select(WITHOUT_BODY).sort({ at: 1, _id: 1 }).lean<Row[]>(),
          rows
            .find({ ...where, body: { $exists: true } })
            .select({ _id: 1 })
            .lean<Pick<Row, '_id'>[]>(),
        ]);
        const open = new Set(waiting.map(({ _id }) => _id));
        return all.map((row) => ({ ...toCall(row), isWaiting: open.has(row._id) }));
      },
      async body(id) {
        const row = await rows.findById(id).lean<Row>();
        return row?.body === undefined ? undefined : Buffer.from(row.body, 'base64');
      },
      async laidOut(id) {
        await rows.updateOne({ _id: id }, { $unset: { body: '' } });
      },
      waiting: (model, source) => rows.countDocuments({ model, source, body: { $exists: true } }),
      async prune(before) {
        await rows.deleteMany({ at: { $lt: before } });
      },
    },
    {
      add: 'storing what was posted',
      find: 'reading what was posted',
      list: 'reading what was posted',
      body: 'reading what was posted',
      laidOut: 'storing that a file is there',
      waiting: 'counting what was posted',
      prune: 'forgetting what was posted',
    },
  );
}
