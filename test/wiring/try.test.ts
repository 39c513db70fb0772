import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runTry } from '../../src/wiring/try/index.ts';
import { CLASSES } from '../jobs/small-models.ts';
import { writeWorkspace } from '../jobs/workspace.ts';
import { workspaceText } from '../jobs/workspace-file.ts';

const WORKSPACE = workspaceText({
  flights: {},
  typo: { features: { distnce: 'number', carrier: 'number' } },
});
/** Its classes are not declared. */
const LATENESS = workspaceText({ lateness: { task: 'multiclass', label: 'lateness' } });

let root: string;
let folder: string;
const { TMPDIR } = process.env;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'wheelhouse-own-'));
  folder = join(root, 'workspace');
  await writeWorkspace(folder);
  // Folders of other users are not counted.
  process.env['TMPDIR'] = root;
  await writeFile(join(folder, 'wheelhouse.yaml'), WORKSPACE);
});
afterAll(async () => {
  if (TMPDIR === undefined) delete process.env['TMPDIR'];
  else process.env['TMPDIR'] = TMPDIR;
  await rm(root, { recursive: true, force: true });
});

/** As `npx wheelhouse try …` does it. */
async function attempt(
  words: string[],
  signal = new AbortController().signal,
  hear?: () => void,
  at = folder,
) {
  let out = '';
  let err = '';
  const exit = await runTry([...words, '--workspace', at], {
    stdout: { write: (text: string) => (out += text) },
    stderr: {
      write(text: string) {
        err += text;
        if (text.startsWith('Running the training program')) hear?.();
      },
    },
    signal,
  });
  return { exit, out, err };
}

const leftOver = async () =>
  (await readdir(root)).filter((name) => name.startsWith('wheelhouse-try-'));

describe('wheelhouse try', () => {
  it('says what a training would say, and keeps nothing', async () => {
    const { exit, out } = await attempt(['flights']);
    expect(exit).toBe(0);
    expect(out).toContain('✔ flights can be trained. Nothing was registered.');
    expect(out).toMatch(/Trained on {2,}744 rows, 25 Jan 2001 to 31 Jan 2001/);
    expect(out).toMatch(/It reported {2,}train_auc 0\.800/);
    expect(out).toMatch(/Result {2,}AUC 0\.\d{3}, accuracy/);
    // As they are typed: with a state folder of its own, and somebody who may train.
    expect(out).toContain(
      `WHEELHOUSE_WORKSPACE=${folder} WHEELHOUSE_HOME=${folder}-state npm run demo\n`,
    );
    expect(out).toMatch(/WHEELHOUSE_HOME=\S+-state npx wheelhouse train flights --as \w+ --wait\n/);
    expect(await leftOver()).toEqual([]);
  });

  it('prints the same for programs', async () => {
    const { exit, out, err } = await attempt(['flights', '--json', '--days', '3']);
    expect(exit).toBe(0);
    expect(err).toBe('');
    expect(JSON.parse(out)).toMatchObject({
      ok: true,
      model: 'flights',
      parameters: { quality: 'strong' },
      training: { rows: 744, window: { from: '2001-01-29T00:00:00.000Z' } },
      heldOut: { rows: 744 },
      metrics: { auc: expect.any(Number) },
      warnings: [],
    });
  });

  it('learns the classes from the labels if none are declared', async () => {
    const lateness = join(root, 'lateness');
    await writeWorkspace(lateness, 'multiclass');
    await writeFile(join(lateness, 'wheelhouse.yaml'), LATENESS);
    const { exit, out, err } = await attempt(['lateness'], undefined, undefined, lateness);
    expect({ exit, err }).toMatchObject({ exit: 0 });
    expect(out).toContain('✔ lateness can be trained. Nothing was registered.');
    expect(out).toMatch(/Result {2,}log loss 0\.\d{3}, accuracy 0\.\d{3}/);
    for (const name of CLASSES) expect(out).toContain(name);
  });

  it.each([
    [
      'rows that cannot be used',
      ['typo'],
      'There is no column "distnce". Did you mean "distance"?',
    ],
    ['a model that is not one file', ['flights', 'quality=elsewhere'], 'The model is not one file'],
    ['a model that does not load', ['flights', 'quality=newer'], 'The file has IR version 99'],
    ['a program that fails', ['flights', 'quality=broken'], 'the data is odd'],
  ])('fails as a training would: %s', async (_, words, said) => {
    const { exit, out, err } = await attempt(words);
    expect(err).toContain(said);
    expect(err).toContain('Nothing was registered.');
    expect({ exit, out }).toEqual({ exit: 1, out: '' });
    const json = await attempt([...words, '--json']);
    expect(json.exit).toBe(1);
    expect(JSON.parse(json.out)).toMatchObject({
      ok: false,
      error: { message: expect.stringContaining(said) },
    });
  });

  it.each([
    [['flihgts'], 'There is no model "flihgts". Did you mean "flights"?'],
    [[], 'Which model?'],
    [['flights', 'qualty=strong'], 'has no parameter "qualty"'],
    [['flights', '--days', 'few'], '--days cannot be "few"'],
    [['flights', '--dyas', '3'], 'There is no option "--dyas". Did you mean "--days"?'],
  ])('does not understand %j', async (words, said) => {
    const { exit, err } = await attempt(words);
    expect(err).toContain(said);
    expect(exit).toBe(2);
  });

  it('says that a workspace is not there', async () => {
    const { exit, err } = await attempt(['flights'], undefined, undefined, '/nonexistent');
    expect(err).toBe(
      '✖ There is no wheelhouse.yaml in /nonexistent. Pass the folder of a workspace, or copy examples/python to make one.\n',
    );
    expect(exit).toBe(2);
  });

  it('ends the programs on Ctrl-C', async () => {
    const interrupt = new AbortController();
    const { exit, err } = await attempt(['flights', 'quality=slow'], interrupt.signal, () =>
      interrupt.abort(),
    );
    expect(exit).toBe(130);
    expect(err).toContain('Stopped. Nothing was registered.');
    // The folder is removed when the program has ended; by itself it would sleep for two minutes.
    expect(await leftOver()).toEqual([]);
  });
});
