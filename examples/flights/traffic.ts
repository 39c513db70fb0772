import { withDatabase } from './database.ts';
import { oneOf, run } from './program.ts';
import { readCursor } from './replay/cursor.ts';
import { Endpoint } from './replay/endpoint.ts';
import { exporting } from './replay/exports.ts';
import { MONTHLY, type ModelName, REPLAYED } from './replay/models.ts';
import { Replay } from './replay/replay.ts';
import { flightsByTime } from './replay/rows.ts';
import { readSettings, type Settings } from './replay/settings.ts';
import { inOtherUnits } from './replay/staged.ts';

const stopping = new AbortController();
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => stopping.abort());

/**
 * Sends the months after the training data through the inference endpoint as live traffic:
 * `traffic.ts flights delay` to these models. Each replay begins when its model goes live.
 */
await run(async () => {
  const [first, ...others] = process.argv.slice(2);
  const models = [first, ...others].map((word) => oneOf(REPLAYED, word, 'a model'));
  const settings = readSettings();
  try {
    await Promise.all(models.map((model) => replay(model, settings)));
  } catch (error) {
    // Stopping is how a replay usually ends; the cursor says where to go on.
    if (!stopping.signal.aborted) throw error;
  } finally {
    stopping.abort();
  }
});

async function replay(model: ModelName, settings: Settings): Promise<void> {
  const cursor = await readCursor(settings.state, model);
  const endpoint = new Endpoint(model, settings, stopping.signal);
  // Rows that were asked about but not labelled before a restart are read again.
  const reached = new Date(cursor.position.labelled?.time ?? settings.from);
  const from = reached > settings.from ? reached : settings.from;
  const { label, share } = REPLAYED[model];
  const perDay = Math.max(1, Math.round(settings.rowsPerDay * share));

  await endpoint.ready();
  await withDatabase(async (db) => {
    const flights = flightsByTime(db, { from, to: settings.to }, perDay, label);
    // One model has a broken feed; the others go on with what they were trained on.
    const sent = model === 'flights' ? inOtherUnits(flights, settings.incident) : flights;
    const { arrivals, to, incident } = settings;
    const all =
      arrivals !== undefined && model === MONTHLY
        ? exporting(sent, { folder: arrivals, model, label, to, incident })
        : sent;
    await new Replay(endpoint, settings, cursor, stopping.signal).send(all);
  });
  console.log(`replayed the flights up to ${settings.to.toISOString()} to ${model}`);
}
