import { withDatabase } from './database.ts';
import { run } from './program.ts';
import { readCursor } from './replay/cursor.ts';
import { Endpoint } from './replay/endpoint.ts';
import { Replay } from './replay/replay.ts';
import { flightsByTime } from './replay/rows.ts';
import { readSettings } from './replay/settings.ts';

const stopping = new AbortController();
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => stopping.abort());

/** Sends the months after the training data through the inference endpoint as live traffic. */
await run(async () => {
  const settings = readSettings();
  const cursor = await readCursor(settings.state);
  const endpoint = new Endpoint(settings, stopping.signal);
  // Rows that were asked about but not labelled before a restart are read again.
  const reached = new Date(cursor.labelled?.time ?? settings.from);
  const from = reached > settings.from ? reached : settings.from;

  try {
    await endpoint.ready();
    await withDatabase(async (db) => {
      const flights = flightsByTime(db, { from, to: settings.to }, settings.rowsPerDay);
      await new Replay(endpoint, settings, cursor, stopping.signal).send(flights);
    });
    console.log(`replayed the flights up to ${settings.to.toISOString()}`);
  } catch (error) {
    // Stopping is how a replay usually ends; the cursor says where to go on.
    if (!stopping.signal.aborted) throw error;
  }
});
