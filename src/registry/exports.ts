import type { Connection } from 'mongoose';
import type { Export, Exports } from '../core/ports/exports.ts';
import { reached, unlessThere } from './reach.ts';
import { date, number, RowSchema, word } from './schema.ts';

interface Row extends Export {
  /** The server and the version: `mlflow.example.com:5000/flights@2` */
  _id: string;
  server: string;
  done: boolean;
}
interface CursorRow {
  _id: string;
  cursor: number;
}

const schema = new RowSchema<Row>({
  ...{ _id: word, server: word, version: word },
  ...{ done: { type: Boolean, required: true }, attempts: number, nextAt: date },
});
schema.index({ server: 1, done: 1, nextAt: 1 });
const cursorSchema = new RowSchema<CursorRow>({ _id: word, cursor: number });

export function exportsIn(connection: Connection): Exports {
  const rows = schema.in(connection, 'Export', 'exports');
  const cursors = cursorSchema.in(connection, 'ExportCursor', 'export_cursors');
  const idOf = (server: string, version: string) => `${server}/${version}`;

  return reached<Exports>(
    {
      async cursor(server) {
        return (await cursors.findById(server).lean<CursorRow>())?.cursor;
      },
      async begin(server, at) {
        await unlessThere(() => cursors.create({ _id: server, cursor: at }));
      },
      async advance(server, from, to) {
        await cursors.updateOne({ _id: server, cursor: from }, { $set: { cursor: to } });
      },
      async add(server, version, now) {
        const row = { server, version, done: false, attempts: 0, nextAt: now };
        await unlessThere(() => rows.create({ _id: idOf(server, version), ...row }));
      },
      async due(server, now, limit) {
        const found = await rows
          .find({ server, done: false, nextAt: { $lte: now } })
          .sort({ nextAt: 1, _id: 1 })
          .limit(limit)
          .lean<Row[]>();
        return found.map(({ version, attempts, nextAt }) => ({ version, attempts, nextAt }));
      },
      async done(server, version) {
        await rows.updateOne({ _id: idOf(server, version) }, { $set: { done: true } });
      },
      async later(server, { version, attempts }, nextAt, failed) {
        await rows.updateOne(
          { _id: idOf(server, version), done: false, attempts },
          { $set: { nextAt, attempts: failed ? attempts + 1 : attempts } },
        );
      },
    },
    {
      cursor: 'reading what was exported',
      begin: 'recording what is to be exported',
      advance: 'recording what is to be exported',
      add: 'recording what is to be exported',
      due: 'reading what is to be exported',
      done: 'recording what was exported',
      later: 'recording what was not exported',
    },
  );
}
