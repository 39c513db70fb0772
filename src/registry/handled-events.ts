import type { Connection } from 'mongoose';
import type { Clock } from '../core/clock.ts';
import type { HandledEvents } from '../core/ports/handled-events.ts';
import { reached } from './reach.ts';
import { date, RowSchema, word } from './schema.ts';

interface Row {
  _id: string;
  at: Date;
}

const schema = new RowSchema<Row>({ _id: word, at: date });
schema.index({ at: 1 });

/** Twice as long as the signature of an event counts. */
const KEPT_MS = 2 * 3_600_000;
const SWEEP_EVERY_MS = 10 * 60_000;

export function handledEventsIn(connection: Connection, clock: Clock): HandledEvents {
  const rows = schema.in(connection, 'HandledEvent', 'handled_events');
  let swept = 0;
  return reached<HandledEvents>(
    {
      async has(event) {
        return (await rows.findById(event).lean<Row>()) !== null;
      },
      async add(event) {
        const at = clock.now();
        await rows.updateOne({ _id: event }, { $setOnInsert: { at } }, { upsert: true });
        if (at.getTime() - swept < SWEEP_EVERY_MS) return;
        swept = at.getTime();
        await rows.deleteMany({ at: { $lt: new Date(at.getTime() - KEPT_MS) } });
      },
    },
    { has: 'asking whether an event was answered', add: 'recording that an event was answered' },
  );
}
