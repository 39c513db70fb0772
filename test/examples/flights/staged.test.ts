import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { loadWorkspace } from '../../../config/workspace.ts';
import type { Flight } from '../../../examples/flights/replay/rows.ts';
import { inKilometres } from '../../../examples/flights/replay/staged.ts';

const flight = (time: string): Flight => ({
  ...{ id: time, time: new Date(time), label: 0, hour: 1, weekday: 1, distance: 1000 },
  ...{ origin: 'ATL', destination: 'MSP', recent_lateness: 6 },
});

async function distances(from: Date | undefined): Promise<number[]> {
  async function* flights() {
    yield flight('2001-05-31T23:59:00Z');
    yield flight('2001-06-01T00:00:00Z');
  }
  const sent: number[] = [];
  for await (const { distance } of inKilometres(flights(), from)) sent.push(distance);
  return sent;
}

it('stages a feed in kilometres from a day on, or never', async () => {
  expect(await distances(new Date('2001-06-01'))).toEqual([1000, 1609.344]);
  expect(await distances(undefined)).toEqual([1000, 1000]);
});

it('is an incident that the monitor of the demo raises, not a warning', async () => {
  const folder = fileURLToPath(new URL('../../../examples/flights/', import.meta.url));
  const { models } = await loadWorkspace(folder);
  const [drift] = models.get('flights').monitors;
  expect(drift?.settings).toMatchObject({
    important: expect.arrayContaining(['distance', 'recent_lateness']),
  });
});
