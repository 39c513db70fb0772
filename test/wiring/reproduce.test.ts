import { execFile } from 'node:child_process';
import {
  appendFile,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { readSettings } from '../../config/settings.ts';
import { loadWorkspace } from '../../config/workspace.ts';
import { evaluate } from '../../jobs/evaluate.ts';
import { train } from '../../jobs/train.ts';
import { runReproduce } from '../../src/wiring/reproduce/index.ts';
import { type Harness, openHarness } from '../jobs/harness.ts';
import { writeWorkspace } from '../jobs/workspace.ts';
import { workspaceText } from '../jobs/workspace-file.ts';
import { playsLong, playsOfPair } from '../sweep.ts';

let harness: Harness;
let folder: string;
/** A version trained with the workspace that each test begins with. */
let asWritten: string;
beforeAll(async () => {
  harness = await openHarness();
  ({ folder } = harness.spec);
  await write();
  asWritten = await trained();
});
afterAll(() => harness?.end());
beforeEach(write);

async function write() {
  await rm(folder, { recursive: true, force: true });
  await writeWorkspace(folder);
  await writeFile(join(folder, 'wheelhouse.yaml'), workspaceText());
}

async function trained(at = harness, change: Parameters<Harness['newRun']>[0] = {}) {
  const run = await at.newRun(change);
  for (const job of [train, evaluate])
    expect(await at.perform(job, { run: run.id })).toBeUndefined();
  const { version } = await at.runs.get(run.id);
  return String(version);
}

/** As `npx wheelhouse reproduce …` does it. */
async function reproduce(words: string[], at = harness, workspace = at.spec.folder) {
  let out = '';
  let err = '';
  const settings = readSettings({
    MONGODB_URI: at.uri,
    WHEELHOUSE_HOME: at.root,
    WHEELHOUSE_WORKSPACE: workspace,
  });
  const exit = await runReproduce(
    words,
    {
      stdout: { write: (text: string) => (out += text) },
      stderr: { write: (text: string) => (err += text) },
      signal: new AbortController().signal,
    },
    settings,
  );
  return { exit, out, err };
}

async function found(version: string, ...words: string[]) {
  const { exit, out } = await reproduce(['flights', version, ...words, '--json']);
  const result = JSON.parse(out);
  return { exit, ...result, about: result.differences.map((one: { about: string }) => one.about) };
}

describe('wheelhouse reproduce', () => {
  it('says that a version is equal bit for bit, and keeps nothing', async () => {
    const before = await harness.versions.list('flights');
    // Others have folders in the one of the machine.
    const temporary = await mkdtemp(join(tmpdir(), 'reproduce-test-'));
    vi.stubEnv('TMPDIR', temporary);
    onTestFinished(async () => {
      vi.unstubAllEnvs();
      await rm(temporary, { recursive: true });
    });
    const { exit, out } = await reproduce(['flights', asWritten]);
    expect(out).toContain(`✔ flights v${asWritten} is reproduced, equal bit for bit.`);
    expect(out).toMatch(/Rows +744 recorded; the dataset program gives the same, bit for bit/);
    expect(exit).toBe(0);
    expect(await found(asWritten)).toMatchObject({ exit: 0, equal: true, differences: [] });
    expect(await harness.versions.list('flights')).toEqual(before);
    expect(await readdir(temporary)).toEqual([]);
  });
});

describe.runIf(playsOfPair('reproduce'))('wheelhouse reproduce, in every case', () => {
  it('names changed data, and trains on the recorded rows and on the new ones', async () => {
    // The rows of every window, minus one.
    await writeFile(
      join(folder, 'dataset.sh'),
      (await readFile(join(folder, 'dataset.mjs'), 'utf8')).replace(
        'ORDER BY',
        'AND n > 0 ORDER BY',
      ),
    );
    await rename(join(folder, 'dataset.sh'), join(folder, 'other.mjs'));
    await writeFile(join(folder, 'dataset.sh'), 'node other.mjs\n');
    const { exit, equal, artifact, rows, about } = await found(asWritten);
    expect({ exit, equal, about }).toEqual({ exit: 1, equal: false, about: ['code', 'data'] });
    expect(artifact.now).toBe(artifact.recorded);
    expect(rows).toMatchObject({ recorded: { rows: 744 }, trainedOn: 'recorded' });
    const { out } = await reproduce(['flights', asWritten]);
    expect(out).toContain('On the recorded rows, training gives the same file, bit for bit.');
    expect(out).toContain('The dataset program gives other rows for the same days');
  });

  it('names another parameter, and says how much it matters', async () => {
    const { exit, about, effect, differences } = await found(asWritten, 'quality=weak');
    expect({ exit, about }).toEqual({ exit: 1, about: ['parameters'] });
    expect(differences[0].words).toBe('The parameters differ: quality strong, now weak.');
    expect(effect.rows).toBe(744);
    expect(effect.differing).toBeGreaterThan(700);
    const auc = effect.metrics.find(({ name }: { name: string }) => name === 'auc');
    expect(auc.recorded - auc.now).toBeGreaterThan(0.2);
  });

  it('names changed code where no commit tells what it was', async () => {
    await appendFile(join(folder, 'train.sh'), 'cp weak.onnx "$WHEELHOUSE_RUN_DIR/model.onnx"\n');
    const { about, differences, equal } = await found(asWritten);
    expect({ about, equal }).toEqual({ about: ['code'], equal: false });
    expect(differences[0].words).toContain('1 file of the workspace changed since: train.sh.');
  });

  it('uses the commit, whatever happened since', async () => {
    const git = (...words: string[]) =>
      promisify(execFile)(
        'git',
        ['-c', 'user.name=T', '-c', 'user.email=t@example.org', ...words],
        {
          cwd: folder,
        },
      );
    await git('init', '--quiet');
    await writeFile(join(folder, '.gitignore'), 'rows.parquet\n');
    await git('add', '.');
    await git('commit', '--quiet', '-m', 'start');
    const version = await trained();
    await appendFile(join(folder, 'train.sh'), 'cp weak.onnx "$WHEELHOUSE_RUN_DIR/model.onnx"\n');
    await git('commit', '--quiet', '-am', 'worse');
    const { equal, differences } = await found(version);
    expect(equal).toBe(true);
    expect(differences).toMatchObject([{ about: 'code', changes: [{ name: 'train.sh' }] }]);
    expect(await found(version, '--here')).toMatchObject({ equal: false, about: ['code'] });
    const { out } = await reproduce(['flights', version]);
    expect(out).toMatch(/Code +commit [0-9a-f]{7}, in a clean folder/);
  });

  it('names an upgraded package, also if it had no effect', async () => {
    const site = join(folder, '.venv/lib/python3.11/site-packages');
    await mkdir(join(site, 'scikit_learn-1.6.0.dist-info'), { recursive: true });
    const version = await trained();
    await rename(
      join(site, 'scikit_learn-1.6.0.dist-info'),
      join(site, 'scikit_learn-1.7.2.dist-info'),
    );
    const { equal, differences } = await found(version);
    expect(equal).toBe(true);
    expect(differences).toEqual([
      {
        about: 'packages',
        words: '1 installed package changed: scikit-learn 1.6.0, now 1.7.2.',
        changes: [{ name: 'scikit-learn', before: '1.6.0', now: '1.7.2' }],
      },
    ]);
    const { out } = await reproduce(['flights', version]);
    expect(out).toContain('Changed since, without effect:\n  - 1 installed package changed');
  });

  it('tells a program that is not deterministic from one that reads something else', async () => {
    await appendFile(
      join(folder, 'train.sh'),
      // A second field with an unknown number, which ONNX readers skip.
      'printf "\\372\\377\\377\\377\\007\\010%08d" $$ | head -c 14 >> "$WHEELHOUSE_RUN_DIR/model.onnx"\n',
    );
    const version = await trained();
    const { about, differences } = await found(version);
    expect(about).toEqual(['training']);
    expect(differences[0].words).toContain('the training program is not deterministic');
  });

  it('uses the rows of now where the recorded ones are gone', async () => {
    const version = await trained();
    const { dataset } = await harness.versions.resolve('flights', version);
    await rm(await harness.artifacts.path(dataset.sha256));
    const { equal, rows, about } = await found(version);
    expect({ equal, about, on: rows.trainedOn }).toEqual({
      equal: true,
      about: ['data'],
      on: 'now',
    });
  });

  it.each([
    [[], 'Which model?'],
    [['flights'], 'Which version?'],
    [['flights', '99'], 'flights has no version 99'],
    [['flihgts', '1'], 'There is no model "flihgts".'],
    [['flights', '1', 'nonsense'], '"nonsense" is not a parameter.'],
    [['flights', '1', '--fast'], 'There is no option "--fast".'],
  ])('refuses %j in one line', async (words, message) => {
    const { exit, err, out } = await reproduce(words);
    expect({ exit, out }).toEqual({ exit: 2, out: '' });
    expect(err).toContain(message);
    expect(err.trim().split('\n')).toHaveLength(1);
  });
});

describe.runIf(playsLong('demo reproduced'))('wheelhouse reproduce, in the demo', () => {
  it('reproduces the flights model', async () => {
    const workspace = 'examples/flights';
    const { models } = await loadWorkspace(workspace);
    const flights = await openHarness(models.get('flights'));
    try {
      const version = await trained(flights, {
        parameters: { trees: 5, leaves: 7, learning_rate: 0.1, seed: 1 },
        window: { from: new Date('2001-01-01'), to: new Date('2001-01-08') },
      });
      const { exit, out } = await reproduce(['flights', version], flights, workspace);
      expect(out).toContain('is reproduced, equal bit for bit');
      expect(exit).toBe(0);
      const other = await reproduce(['flights', version, 'seed=2', '--json'], flights, workspace);
      const { equal, differences } = JSON.parse(other.out);
      expect({ equal, about: differences.map((one: { about: string }) => one.about) }).toEqual({
        ...{ equal: false, about: ['parameters'] },
      });
    } finally {
      await flights.end();
    }
  });
});
