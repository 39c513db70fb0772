import { existsSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readNewestLabelled, readRequests } from '../../src/serving/log/requests.ts';
import { ALWAYS, answered, at, createLog, FLIGHTS, foldersIn, START } from './rows.ts';

const ASKED = { ...FLIGHTS, window: ALWAYS, answer: 'score' as const, width: 1, features: ['x'] };
const TYPED = { ...ASKED, features: { x: 'number' } as const };
const signal = () => new AbortController().signal;

describe('requests of the log', () => {
  it('are the newest ones with a label, each once, with the last label', async () => {
    const { dir, log } = await createLog();
    for (let minute = 0; minute < 10; minute += 1) log.predictions(answered(`r${minute}`, minute));
    log.predictions(answered('r7', 7)); // sent again
    const label = (id: string, value: number, received: number) => ({
      ...{ id, model: 'flights', label: value, received: at(received) },
    });
    const labelled = log.labels(FLIGHTS, [
      ...[label('r1', 1, 20), label('r4', 0, 20), label('r7', 0, 20), label('r7', 1, 30)],
      label('r9', 1, 20),
    ]);
    await log.close();
    await labelled;
    const found = await readNewestLabelled(foldersIn(dir), ASKED, 3, signal());
    expect(found).toMatchObject({ rows: 3, labels: [0, 1, 1], features: { x: [4, 7, 9] } });
    expect([...found.answers]).toEqual([0.004, 0.007, 0.009]);
    expect([...found.times]).toEqual([4, 7, 9].map((minute) => START + minute * 60_000));
    const early = { from: new Date(START), to: new Date(at(5)) };
    const before = await readNewestLabelled(
      foldersIn(dir),
      { ...ASKED, window: early },
      3,
      signal(),
    );
    expect(before.labels).toEqual([1, 0]);
  });

  it('are read on when a compaction replaces a file', async () => {
    const { dir, log } = await createLog();
    for (let minute = 0; minute < 10; minute += 1) log.predictions(answered(`r${minute}`, minute));
    await log.close();
    // Listed, but gone when it is opened.
    const folder = foldersIn(dir).find(existsSync) ?? '';
    const segment = readdirSync(folder).find((name) => name.startsWith('predictions-')) ?? '';
    const gone = join(folder, segment.replace('000001', '000002'));
    symlinkSync('nowhere', gone);
    let asked = 0;
    const first = signal();
    first.throwIfAborted = () => {
      asked += 1;
      if (asked > 1) rmSync(gone, { force: true });
    };
    let rows = 0;
    for await (const requests of readRequests(foldersIn(dir), TYPED, first)) rows += requests.rows;
    expect({ rows, left: existsSync(gone) }).toEqual({ rows: 10, left: false });
  });
});
