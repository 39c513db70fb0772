import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { rolldown } from 'rolldown';

/** Inside the project, so that packages are found. */
const PARENT = fileURLToPath(new URL('../dist/test', import.meta.url));

interface Bundled {
  file: string;
  remove(): Promise<void>;
}

/**
 * A program of the tests as one file, for those that are started many times: it starts in less than half of the CPU
 * time. Packages are left outside, and what sources look for beside themselves is where it was.
 */
export async function bundled(program: URL): Promise<Bundled> {
  await mkdir(PARENT, { recursive: true });
  const dir = await mkdtemp(join(PARENT, 'bundled-'));
  const bundle = await rolldown({
    input: fileURLToPath(program),
    platform: 'node',
    external: /^[^./]/,
    plugins: [
      {
        name: 'places-of-sources',
        transform(code, id) {
          const place = JSON.stringify(pathToFileURL(id).href);
          return code.includes('import.meta.url')
            ? { code: code.replaceAll('import.meta.url', place), map: null }
            : undefined;
        },
      },
    ],
  });
  const { output } = await bundle.write({ dir, format: 'esm' });
  await bundle.close();
  return {
    file: join(dir, output[0].fileName),
    remove: () => rm(dir, { recursive: true }),
  };
}
