import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BadInput } from '../../../src/core/errors.ts';
import { writeJunit } from '../../../src/platforms/terminal/junit.ts';

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'wheelhouse-junit-'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

const override = { by: 'ops', reason: 'known', at: '2026-01-01T00:00:00.000Z' };
const answer = (gates: unknown) => ({
  approval: { id: 'approval-1', model: 'flights', environment: 'production', evidence: { gates } },
});

describe('platforms/terminal/junit', () => {
  it('writes the gates of an answer', async () => {
    const file = join(root, 'gates.xml');
    const gates = [
      { name: 'smoke test', passed: true, words: 'fine', gate: 'smoke', firm: true },
      { name: 'AUC', passed: false, words: 'too low', change: 'Train more.' },
      { name: 'rows', passed: false, words: 'few', override },
    ];
    expect(await writeJunit(file, answer(gates))).toBe(true);
    const xml = await readFile(file, 'utf8');
    expect(xml).toContain(
      'name="wheelhouse approval-1" tests="3" failures="1" errors="0" skipped="1"',
    );
    expect(xml).toContain('too low Train more.');
  });

  it.each([[null], [{ models: [] }], [{ approval: { id: 'x' } }]])(
    'writes nothing for an answer without gates: %j',
    async (data) => {
      const file = join(root, 'none.xml');
      expect(await writeJunit(file, data)).toBe(false);
      await expect(readFile(file)).rejects.toThrow('ENOENT');
    },
  );

  it('says that the command was done if the file cannot be written', async () => {
    const attempt = writeJunit(join(root, 'gone', 'x.xml'), answer([]));
    await expect(attempt).rejects.toThrow(BadInput);
  });
});
