import type { Connection } from 'mongoose';
import type { Clock } from '../core/clock.ts';
import type { Ticket, Tickets } from '../core/ports/tickets.ts';
import { reached, unlessThere } from './reach.ts';
import { anything, date, number, RowSchema, word } from './schema.ts';

type Row = Omit<Ticket, 'id'> & { _id: string };

const schema = new RowSchema<Row>({
  _id: word,
  model: word,
  version: number,
  environment: word,
  issuedAt: date,
  envelope: anything,
  modelSignature: anything,
}).writeOnce('A ticket');
schema.index({ model: 1, version: 1, environment: 1, issuedAt: -1 });

interface RefusalRow {
  /** The demand. */
  _id: string;
  why: string;
  at: Date;
}

const refusalSchema = new RowSchema<RefusalRow>({ _id: word, why: word, at: date });

export function ticketsIn(connection: Connection, clock: Clock): Tickets {
  const rows = schema.in(connection, 'Ticket', 'tickets');
  const refusals = refusalSchema.in(connection, 'TicketRefusal', 'ticket_refusals');
  return reached<Tickets>(
    {
      async add({ id, ...ticket }) {
        await unlessThere(() => rows.create({ _id: id, ...ticket }));
      },
      async of({ model, version, environment }) {
        const found = await rows
          .find({ model, version, environment })
          .sort({ issuedAt: -1, _id: -1 })
          .limit(50)
          .lean<Row[]>();
        return found.map(({ _id, ...ticket }) => ({ id: _id, ...ticket }));
      },
      async refuse(demand, why) {
        await unlessThere(() => refusals.create({ _id: demand, why, at: clock.now() }));
      },
      async refusal(demand) {
        return (await refusals.findById(demand).lean<RefusalRow>())?.why;
      },
    },
    {
      add: 'storing the ticket',
      of: 'reading the tickets',
      refuse: 'storing why there is no ticket',
      refusal: 'reading why there is no ticket',
    },
  );
}
