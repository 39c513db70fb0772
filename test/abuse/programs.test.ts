import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WheelhouseError } from '../../src/core/errors.ts';
import { createRunFolders } from '../../src/training/folders.ts';
import { createPrograms } from '../../src/training/process.ts';
import {
  assault,
  describe,
  expect,
  it,
  requireCleanPrototypes,
  requireNoSecret,
} from './assault.ts';
import { asBody, mutated, type Source, wellFormed } from './source.ts';

const REPORTS = [
  { progress: 0.5, message: 'fitting' },
  { metric: 'auc', value: 0.7 },
  { artifact: 'model', path: 'model.onnx' },
];
/** A program prints about this many lines; a few programs play this many inputs each. */
const LINES_EACH = 50;

function line(source: Source): Buffer {
  const kind = source.int(0, 9);
  const bytes =
    kind === 0
      ? source.bytes(source.int(0, 300))
      : kind === 1
        ? Buffer.from(wellFormed(source.text()))
        : kind === 2
          ? Buffer.from(
              JSON.stringify({
                artifact: source.text(40),
                path: source.pick([
                  '../../secret',
                  '/etc/passwd',
                  '.',
                  '',
                  '\0',
                  'link',
                  source.text(100),
                ]),
              }),
            )
          : Buffer.from(asBody(source, mutated(source, source.pick(REPORTS))));
  return Buffer.concat([bytes.subarray(0, 100_000), Buffer.from('\n')]);
}

describe('abuse: programs', () => {
  it('accepts any output of a program, keeps nothing from outside its folder, and keeps running', async () => {
    const home = await mkdtemp(join(tmpdir(), 'wheelhouse-abuse-'));
    const folders = createRunFolders(join(home, 'runs'));
    const programs = createPrograms(folders);
    const printed = join(home, 'printed');
    let held: Buffer[] = [];

    /** Prints the file; a real child process, so that bytes, pipes and exit codes are real. */
    async function play(index: number): Promise<void> {
      const run = `run-${index}`;
      const runDir = await folders.create(run, 'abuse');
      await writeFile(printed, Buffer.concat(held));
      held = [];
      const order = {
        argv: [
          process.execPath,
          '-e',
          'process.stdout.write(require("fs").readFileSync(process.argv[1]))',
          printed,
        ] as const,
        folder: home,
        runDir,
        request: {
          run,
          model: 'flights',
          window: { from: new Date(0), to: new Date(1) },
          parameters: {},
          features: {},
          label: 'late',
          task: 'binary',
          null_category: '',
        },
        timeoutMs: 60_000,
        signal: new AbortController().signal,
        onProgress(share: number, message: string) {
          expect(share).toBeGreaterThanOrEqual(0);
          expect(share).toBeLessThanOrEqual(1);
          expect(typeof message).toBe('string');
        },
      };
      try {
        const { artifacts, metrics } = await programs.run(order);
        for (const path of Object.values(artifacts)) expect(path.startsWith(runDir)).toBe(true);
        for (const value of Object.values(metrics)) expect(Number.isFinite(value)).toBe(true);
      } catch (error) {
        if (!(error instanceof WheelhouseError)) throw error;
        requireNoSecret(['root:x:0:0'], error.message);
      }
      expect((await readdir(home)).toSorted()).toEqual(['printed', 'runs']);
    }

    try {
      await assault('programs', {
        async attack(source, index) {
          held.push(line(source));
          if (held.length >= LINES_EACH || index === 0) await play(index);
        },
        unharmed: requireCleanPrototypes,
      });
      if (held.length > 0) await play(-1);
    } finally {
      await rm(home, { recursive: true, force: true });
    }
  });
});
