import type { Flight } from './rows.ts';

const KILOMETRES = 1.609344;

/**
 * An incident that is staged, as the topic of #flights says: from that day on, the feed reports distances in
 * kilometres. Everything else is as it was.
 */
export async function* inKilometres(
  flights: AsyncIterable<Flight>,
  from: Date | undefined,
): AsyncGenerator<Flight> {
  for await (const flight of flights)
    yield from && flight.time >= from
      ? { ...flight, distance: flight.distance * KILOMETRES }
      : flight;
}
