import { describe, expect, it } from 'vitest';
import { queueCard } from '../../../../src/cards/queue.ts';
import { runFacts, trainingState } from '../../../../src/cards/run.ts';
import type { Execution } from '../../../../src/core/engine.ts';
import type { Run } from '../../../../src/core/ports/runs.ts';
import { stateOf } from '../../../../src/training/engines/ray/state.ts';

const at = (seconds: number) => new Date(Date.UTC(2026, 2, 1) + seconds * 1000);
const window = { from: at(-86_400), to: at(0) };
const execution: Execution = {
  ...{ id: 'run-7k2f9qab', number: 1, engine: 'ray', startedAt: at(0) },
  prepared: {
    dataset: { window, sha256: '', rows: 1 },
    inspection: { rows: 1, warnings: [], notWhole: {} },
    described: { code: { revision: '', dirty: false }, runtime: {} },
  },
};
const run: Run = {
  ...{ id: execution.id, kind: 'train', model: 'flights', status: 'running', parameters: {} },
  ...{ window, versions: [], requestedBy: 'dev', share: 0.1, attempts: 1, createdAt: at(0) },
  ...{ stage: 'waiting on ray: it may be waiting for resources', execution },
};
const metadata = { wheelhouse_cpus: '2', wheelhouse_gpus: '0.5' };

describe('engines/ray: what people see', () => {
  it('the card names the engine, and what it waits for', () => {
    const { card } = trainingState(run);
    expect(card.facts).toContainEqual({ label: 'Engine', value: 'ray' });
    expect(card.progress?.words).toBe('waiting on ray: it may be waiting for resources');
  });

  it('the cost is the time it ran times what it reserved', () => {
    // Waited for a minute, ran for 250 seconds.
    const ended = stateOf(
      { status: 'SUCCEEDED', start_time: 0, end_time: 310_000, driver_exit_code: 0, metadata },
      250,
    );
    if (ended.status !== 'ended') throw new Error(`it is ${ended.status}`);
    expect(runFacts({ ...run, execution: { ...execution, use: ended.use } })).toContainEqual({
      ...{ label: 'Training used', value: '4 min 10 s, 500 CPU-seconds, 125 GPU-seconds' },
    });
  });

  it('the queue shows what runs there, and what waits for it', () => {
    const next: Run = { ...run, id: 'run-next', status: 'queued', stage: '' };
    const { table } = queueCard(
      [
        { run, engine: 'ray' },
        { run: next, engine: 'ray', ahead: 0 },
      ],
      at(31),
    );
    const [id, model, engine, , seconds, by] = table?.rows[0] ?? [];
    expect([id, model, engine, seconds, by]).toEqual([run.id, 'flights', 'ray', '31 s', 'dev']);
    expect(table?.rows[1]?.slice(0, 4)).toEqual(['run-next', 'flights', 'ray', 'next']);
  });
});
