import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BUILT } from '../built.ts';
import { playsExpensive } from '../sweep.ts';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../..', import.meta.url));
const require = createRequire(import.meta.url);
let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'charts-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Draws in a separate process, which must also end by itself with its thread still open. */
async function drawIn(entry: string, ...flags: string[]): Promise<string> {
  const program = `
    import { histogramChart } from ${JSON.stringify(pathToFileURL(entry).href)};
    const { png } = await histogramChart({ title: 't', feature: 'f', bins: [{ label: 'a', reference: 1, current: 0 }] });
    console.log(Buffer.from(png).toString('latin1', 1, 4), png.length > 10_000);`;
  const { stdout } = await run(
    process.execPath,
    [...flags, '--input-type=module', '--eval', program],
    {
      cwd: folder,
      timeout: 100_000,
    },
  );
  return stdout.trim();
}

describe('charts in a separate process', () => {
  it.runIf(playsExpensive('charts from the sources'))(
    'starts its thread from the sources and lets the process end',
    async () => {
      const tsx = pathToFileURL(require.resolve('tsx')).href;
      expect(await drawIn(join(root, 'src/charts/index.ts'), '--import', tsx)).toBe('PNG true');
    },
    120_000,
  );

  it('starts its thread from the build', async () => {
    expect(await drawIn(BUILT.charts)).toBe('PNG true');
  });
});
