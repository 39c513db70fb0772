import { KILOMETRES, SECONDS } from '../units.ts';
import type { Flight } from './rows.ts';

/**
 * An incident that is staged, as the topic of #flights says: from that day on, the feed reports distances in
 * kilometres, and the lateness of earlier flights in seconds. Everything else is as it was.
 */
export async function* inOtherUnits(
  flights: AsyncIterable<Flight>,
  from: Date | undefined,
): AsyncGenerator<Flight> {
  for await (const flight of flights)
    yield from && flight.time >= from
      ? {
          ...flight,
          distance: flight.distance * KILOMETRES,
          recent_lateness: flight.recent_lateness * SECONDS,
        }
      : flight;
}
