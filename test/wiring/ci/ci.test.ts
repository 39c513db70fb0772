import { execFile } from 'node:child_process';
import { copyFile, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { XMLValidator } from 'fast-xml-parser';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readSettings } from '../../../config/settings.ts';
import { createFolderArtifacts } from '../../../src/objects/artifacts.ts';
import { runCi } from '../../../src/wiring/ci/index.ts';
import { writeWorkspace } from '../../jobs/workspace.ts';
import { workspaceText } from '../../jobs/workspace-file.ts';
import { openLibrary } from '../../registry/server.ts';
import { playsOfPair } from '../../sweep.ts';

const GATES = [
  { metric: 'auc', min: 0.5 },
  { compare: 'champion' },
  { training_data: { min_rows: 700 } },
  { lineage: 'complete' },
  { after: 'staging' },
];
const yaml = (quality: string) =>
  workspaceText(
    { flights: { parameters: { quality: { type: 'string', default: quality } }, gates: GATES } },
    { environments: { production: {}, staging: {} } },
  );

let root: string;
let folder: string;
const git = (...words: string[]) =>
  promisify(execFile)(
    'git',
    ['-c', 'user.name=Dev', '-c', 'user.email=dev@example.org', ...words],
    { cwd: folder },
  );
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'wheelhouse-own-'));
  folder = join(root, 'workspace');
  await writeWorkspace(folder);
  await writeFile(join(folder, 'wheelhouse.yaml'), yaml('weak'));
  await writeFile(join(folder, '.gitignore'), 'rows.parquet\n');
  await git('init', '--quiet', '--initial-branch=main');
  await git('add', '.');
  await git('commit', '--quiet', '-m', 'start');
  await writeFile(join(folder, 'wheelhouse.yaml'), yaml('strong'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

/** As `npx wheelhouse ci …` does it. */
async function ci(
  words: string[],
  signal = new AbortController().signal,
  settings: Record<string, string> = {},
) {
  let out = '';
  let err = '';
  const into = join(root, 'out');
  await rm(into, { recursive: true, force: true });
  const exit = await runCi(
    ['--workspace', folder, '--out', into, ...words],
    {
      stdout: { write: (text: string) => (out += text) },
      stderr: { write: (text: string) => (err += text) },
      signal,
    },
    readSettings({ WHEELHOUSE_HOME: join(root, 'home'), ...settings }),
  );
  const read = (name: string) => readFile(join(into, name), 'utf8').catch(() => '');
  const files = await readdir(into).catch(() => []);
  return {
    exit,
    out,
    err,
    files,
    comment: await read('comment.md'),
    junit: await read('junit.xml'),
  };
}

describe('wheelhouse ci', () => {
  it('compares a change with its base, trained by the code of that commit', async () => {
    const { exit, out, err, comment, junit, files } = await ci([
      'flights',
      '--base',
      'main',
      '--rows',
      '300',
    ]);
    expect({ exit, err }).toMatchObject({ exit: 0 });
    expect(out).toMatch(/✔ flights: \d of \d gates for production passed/);
    expect(comment).toMatch(
      /^<!-- wheelhouse-ci: flights -->\n\n### ✅ flights passed the gates for production/,
    );
    expect(comment).toMatch(
      /On the same 744 rows it is better than main \([0-9a-f]{7}\)\. Nothing was registered/,
    );
    expect(comment).toContain('a sample of 300 of 744 rows');
    expect(comment).toMatch(/\| AUC \*\*\\\*\*\* \|.*\| better \| `[·─●┃]{25}` \|/);
    expect(comment).toContain('as they need a registered version: lineage, soak.');
    expect(comment).toMatch(/training data: rows \| ✓ passed/);
    expect(files).toEqual(
      expect.arrayContaining(['comment.md', 'differences.svg', 'junit.xml', 'result.json']),
    );
    expect(XMLValidator.validate(junit)).toBe(true);
    expect(junit).toContain('failures="0" errors="0"');
  });
});

describe.runIf(playsOfPair('ci'))('wheelhouse ci, in every case', () => {
  it('fails where a gate does not pass, and compares with a file', async () => {
    const champion = join(root, 'live.onnx');
    await copyFile(join(folder, 'strong.onnx'), champion);
    const { exit, out, comment, junit } = await ci([
      'flights',
      'quality=weak',
      '--champion',
      champion,
      '--json',
    ]);
    expect(exit).toBe(1);
    expect(JSON.parse(out)).toMatchObject({
      ok: false,
      champion: { name: 'live.onnx' },
      comparison: { verdict: 'worse', rows: 744 },
      charts: expect.arrayContaining([{ file: 'differences.svg', alt: expect.any(String) }]),
    });
    expect(comment).toContain(
      '❌ flights did not pass the gates for production: AUC, AUC against the champion',
    );
    expect(comment).toContain('it is **worse** than live.onnx.');
    expect(junit).toMatch(
      /failures="2".*\n(.*\n)*.*name="AUC against the champion".*<failure type="failed"/,
    );
  });

  it('says that it compared nothing, and does not judge what would compare', async () => {
    const { exit, comment } = await ci(['flights', '--charts-url', 'https://ci.example/7/']);
    expect(exit).toBe(0);
    expect(comment).toContain('It was compared with no other model');
    expect(comment).toMatch(/AUC against the champion \| – not applicable/);
    expect(comment).toMatch(
      /!\[flights: calibration[^\n]*\]\(https:\/\/ci\.example\/7\/calibration\.svg\)/,
    );
  });

  it('compares with what is live, by the registry', async () => {
    const library = await openLibrary();
    const settings = { MONGODB_URI: library.uri };
    try {
      const none = await ci(['flights', '--live', '--json'], undefined, settings);
      expect(JSON.parse(none.out)).toMatchObject({ ok: true });
      expect(none.comment).toMatch(/AUC against the champion \| ✓ passed \| no champion yet/);
      const store = createFolderArtifacts(join(root, 'home', 'artifacts'));
      const artifact = await store.putFile(join(folder, 'weak.onnx'));
      const goLive = async (run: string, to: string) => {
        const { versions, deployments } = library.registry;
        const version = await versions.register({
          ...{ model: 'flights', run, artifact, parameters: {}, runtime: {}, reported: {} },
          dataset: {
            window: { from: new Date('2001-01-01'), to: new Date(to) },
            ...{ sha256: 'd'.repeat(64), rows: 10 },
          },
          ...{ code: { revision: 'abc', dirty: false }, createdBy: 'dev' },
        });
        await deployments.deploy({
          ...{ id: `deployment-${run}`, model: 'flights', version: version.number, by: 'dev' },
          ...{ environment: 'production', artifact: artifact.sha256, reason: 'test' },
          approval: `approval-${run}`,
        });
      };
      await goLive('run-1', '2001-02-01');
      const found = await ci(['flights', '--live', '--json'], undefined, settings);
      expect(JSON.parse(found.out)).toMatchObject({
        champion: { name: 'v1 (live in production)' },
        comparison: { verdict: 'better', rows: 744 },
      });
      await goLive('run-2', '2001-02-03');
      const seen = await ci(['flights', '--live'], undefined, settings);
      expect(seen.comment).toContain('so these rows are not new to it');
    } finally {
      await library.close();
    }
  });

  it('goes on without a champion that cannot be loaded', async () => {
    const champion = join(root, 'broken.onnx');
    await writeFile(champion, 'no model');
    const { exit, comment } = await ci(['flights', '--champion', champion]);
    expect(exit).toBe(0);
    expect(comment).toContain('It could not be compared: broken.onnx gives no usable answer');
  });

  it('writes a comment and a report about a training that fails', async () => {
    const { exit, comment, junit, out } = await ci(['flights', 'quality=broken']);
    expect(exit).toBe(1);
    expect(out).toContain('✖ flights cannot be trained.');
    expect(comment).toMatch(
      /### ❌ flights cannot be trained\n\n```text\n(.*\n)*.*the data is odd/,
    );
    expect(XMLValidator.validate(junit)).toBe(true);
    expect(junit).toContain('errors="1"');
  });

  it.each([
    [[], 'Which model?'],
    [['flihgts'], 'Did you mean "flights"?'],
    [['flights', '--base', 'gone'], 'has no revision "gone"'],
    [['flights', '--base=--help'], 'has no revision "--help"'],
    [['flights', '--champion', 'gone.onnx'], 'There is no file gone.onnx'],
    [['flights', '--base', 'main', '--champion', 'x'], 'Pass one of them'],
    [['flights', '--live', '--champion', 'x'], 'Pass one of them'],
    [['flights', '--live'], 'There is no registry in'],
    [['flights', '--to', 'prod'], 'prod'],
    [['flights', '--rows', '0'], '--rows cannot be "0"'],
    [['flights', '--out', '/dev/null/x'], 'Writing the result: '],
    [['flights', '--charts-url', 'javascript:x'], '--charts-url cannot be'],
  ])('refuses %j before anything runs', async (words, said) => {
    const { exit, err, files } = await ci(words);
    expect(err).toContain(said);
    expect({ exit, files }).toEqual({ exit: 2, files: [] });
  });

  it('ends the programs on Ctrl-C', async () => {
    const { exit, files } = await ci(['flights'], AbortSignal.abort());
    expect({ exit, files }).toEqual({ exit: 130, files: [] });
  });
});
