import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { loadWorkspace } from '../../../config/workspace.ts';
import type { Flight } from '../../../examples/flights/replay/rows.ts';
import { inOtherUnits } from '../../../examples/flights/replay/staged.ts';

const flight = (time: string): Flight => ({
  ...{ id: time, time: new Date(time), label: 0, hour: 1, weekday: 1, distance: 1000 },
  ...{ origin: 'ATL', destination: 'MSP', recent_lateness: 6 },
});

async function sentFrom(from: Date | undefined) {
  async function* flights() {
    yield flight('2001-05-31T23:59:00Z');
    yield flight('2001-06-01T00:00:00Z');
  }
  const sent: [distance: number, lateness: number][] = [];
  for await (const { distance, recent_lateness } of inOtherUnits(flights(), from))
    sent.push([distance, recent_lateness]);
  return sent;
}

it('stages a feed in other units from a day on, or never', async () => {
  expect(await sentFrom(new Date('2001-06-01'))).toEqual([
    [1000, 6],
    [1609.344, 360],
  ]);
  expect(await sentFrom(undefined)).toEqual([
    [1000, 6],
    [1000, 6],
  ]);
});

it('is watched by a budget of false alarms, shared by drift and performance', async () => {
  const folder = fileURLToPath(new URL('../../../examples/flights/', import.meta.url));
  const { models } = await loadWorkspace(folder);
  const share = { falseAlarms: '1 per 2 years', monitors: 2 };
  expect(models.get('flights').monitors).toMatchObject([
    { name: 'drift', windowHours: 12, settings: { rule: 'budget' }, budget: share },
    { name: 'performance', windowHours: 168, budget: share },
  ]);
  // On few flights; bench/alarms/real-data.ts has the full figures.
  expect(models.get('delay').monitors).toMatchObject([
    { name: 'drift', windowHours: 12, minRows: 30, settings: { rule: 'budget' } },
  ]);
});
