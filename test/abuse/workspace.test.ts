import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { ConfigInvalid, loadWorkspace } from '../../config/workspace.ts';
import { assault, describe, expect, it, requireCleanPrototypes } from './assault.ts';
import { mutated, mutatedBytes, type Source } from './source.ts';

const BOMB = `a: &a [x,x,x,x,x,x,x,x,x]
b: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]
c: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]
d: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c]
e: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d]
f: &f [*e,*e,*e,*e,*e,*e,*e,*e,*e]
models: [*f,*f,*f,*f,*f,*f]
`;
const FRAGMENTS = [
  '!!js/function "function(){}"',
  '!!python/object:os.system [id]',
  '? [a]\n: b',
  '&x {a: *x}',
  '<<: *missing',
  '\t- a',
  '%YAML 9.9',
  '--- a\n--- b',
  '"\\uD800"',
  `${'['.repeat(20_000)}`,
  BOMB,
];

describe('abuse: workspace', () => {
  it('reads or refuses every hostile workspace file, naming the file', async () => {
    const good = await readFile('examples/flights/wheelhouse.yaml', 'utf8');
    const spec: unknown = parse(good);
    const folder = await mkdtemp(join(tmpdir(), 'wheelhouse-abuse-'));
    const file = join(folder, 'wheelhouse.yaml');

    function hostile(source: Source): string | Buffer {
      const kind = source.int(0, 9);
      if (kind === 0) return source.pick(FRAGMENTS);
      if (kind === 1) return `${good}\n${source.pick(FRAGMENTS)}`;
      if (kind === 2) return mutatedBytes(source, Buffer.from(good));
      if (kind === 3) return source.text();
      return stringify(mutated(source, spec));
    }

    try {
      await assault('workspace', {
        async attack(source) {
          await writeFile(file, hostile(source));
          try {
            const { models } = await loadWorkspace(folder);
            // A workspace that is still valid after the change must still load completely.
            for (const { name, features } of models.list()) {
              expect(name).toMatch(/^[a-z]/);
              expect(Object.keys(features).length).toBeGreaterThan(0);
            }
          } catch (error) {
            if (!(error instanceof ConfigInvalid)) throw error;
            expect(error.message).toContain(file);
          }
        },
        async unharmed() {
          const { models } = await loadWorkspace('examples/flights');
          expect(models.list().map(({ name }) => name)).toContain('flights');
          requireCleanPrototypes();
        },
      });
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
