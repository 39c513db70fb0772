import type { Connection } from 'mongoose';
import type { Clock } from '../core/clock.ts';
import type { SharedFile, SharedFiles } from '../core/ports/shared-files.ts';
import { reached, unlessThere } from './reach.ts';
import { date, number, RowSchema, word } from './schema.ts';

type Row = SharedFile & { _id: string };

const schema = new RowSchema<Row>({
  ...{ _id: word, space: word, name: word, sha256: word, bytes: number, at: date },
});
schema.index({ space: 1, name: 1 });

const toFile = ({ _id, ...file }: Row): SharedFile => file;

export function sharedFilesIn(connection: Connection, clock: Clock): SharedFiles {
  const rows = schema.in(connection, 'SharedFile', 'shared_files');
  return reached<SharedFiles>(
    {
      async put({ space, name, sha256, bytes }) {
        const content = { space, name, sha256, bytes, at: clock.now() };
        const write = () =>
          rows.updateOne({ _id: `${space}/${name}` }, { $set: content }, { upsert: true });
        // Two first ones at once: the second overwrites the first.
        if (!(await unlessThere(write))) await write();
      },
      async list(space, since) {
        const found = await rows
          .find({ space, ...(since && { at: { $gte: since } }) })
          .sort({ name: 1 })
          .lean<Row[]>();
        return found.map(toFile);
      },
      async spaces(start) {
        const found = await rows
          .find({ space: { $gte: start, $lt: `${start}\uffff` } })
          .select({ space: 1 })
          .lean<Pick<Row, 'space'>[]>();
        return [...new Set(found.map(({ space }) => space))].toSorted();
      },
      async remove(space, names) {
        await rows.deleteMany({ space, name: { $in: names } });
      },
    },
    {
      put: 'registering a shared file',
      list: 'reading which shared files there are',
      spaces: 'reading which shared folders there are',
      remove: 'removing a shared file',
    },
  );
}
