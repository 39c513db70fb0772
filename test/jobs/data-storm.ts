import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { modelsOf } from '../../config/models.ts';
import { BadInput, Unreachable } from '../../src/core/errors.ts';
import type { ModelSpec } from '../../src/core/model.ts';
import type { ArrivalReader } from '../../src/core/ports/arrivals.ts';
import type { HookCalls } from '../../src/core/ports/hook-calls.ts';
import type { Programs } from '../../src/core/ports/programs.ts';
import { signedHeaders } from '../../src/core/signed-message.ts';
import { createDataHooks } from '../../src/data/receive.ts';
import { folder as folderKind } from '../../src/data/sources/folder/index.ts';
import { hook as hookKind } from '../../src/data/sources/hook/index.ts';
import { program as programKind } from '../../src/data/sources/program/index.ts';
import { createRunFolders } from '../../src/training/folders.ts';
import { createArrivalReader } from '../../src/wiring/data/reader.ts';

/** New data from a folder, a program and signed calls: out of order, repeated, late and half written. */

export const SOURCES = ['folder', 'warehouse', 'pushed'] as const;
export type SourceName = (typeof SOURCES)[number];

export const DATA: NonNullable<ModelSpec['data']> = [
  { name: 'folder', ...folderKind.schema.parse({ kind: 'folder', path: 'new' }) },
  { name: 'warehouse', ...programKind.schema.parse({ kind: 'program', run: ['fetch'] }) },
  {
    name: 'pushed',
    ...hookKind.schema.parse({ kind: 'hook', path: 'pushed', secret_env: 'HOOK_SECRET' }),
  },
];

/** Folders of the files: of the source `folder`, of what the program lists, and of what calls announce. */
const PLACES = ['new', 'warehouse', 'pushed'] as const;
type Place = (typeof PLACES)[number];

const HALF = 'half of ';
const SECRET = 'a secret of twenty-four bytes and more';

export type Coming =
  | { do: 'write'; place: Place; name: number; content: number; isHalf: boolean }
  | { do: 'announce'; name: number; message: number }
  | { do: 'post'; message: number; content: number; how: 'whole' | 'half' | 'forged' }
  | { do: 'complete' }
  | { do: 'remove'; place: Place; name: number };

const some = fc.nat({ max: 11 });
/** The same content comes again under other names, from other sources, in any order. */
const content = fc.nat({ max: 24 });
const place = fc.constantFrom(...PLACES);
const of = <K extends string>(kind: K) => fc.constant(kind);

export const coming: fc.Arbitrary<Coming> = fc.oneof(
  {
    weight: 9,
    arbitrary: fc.record({
      ...{ do: of('write'), place, name: some, content },
      isHalf: fc.constantFrom(true, false, false),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: of('announce'), name: some, message: some }) },
  {
    weight: 6,
    arbitrary: fc.record({
      ...{ do: of('post'), message: fc.nat({ max: 20 }), content },
      how: fc.constantFrom('whole' as const, 'whole' as const, 'half' as const, 'forged' as const),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: of('complete') }) },
  { weight: 1, arbitrary: fc.record({ do: of('remove'), place, name: some }) },
);

interface Clock {
  now(): Date;
}

/** Real files, sources and signatures; only the measurements of a file are made up. */
export async function openSources(clock: Clock, spec: ModelSpec) {
  const root = await mkdtemp(join(tmpdir(), 'wheelhouse-storm-'));
  for (const one of PLACES) await mkdir(join(root, one), { recursive: true });
  const model = { ...spec, folder: root };
  const runFolders = createRunFolders(join(root, 'runs'));
  const pathOf = (where: Place, name: number) => join(root, where, `${name}.csv`);
  /** Bodies that callers were told are stored. */
  const promised = new Set<string>();
  let ticks = 0;

  /** What the source's program does. It fails at a file that is incomplete. */
  const programs: Programs = {
    async run({ runDir }) {
      const artifacts: Record<string, string> = {};
      for (const file of await readdir(join(root, 'warehouse'))) {
        const text = await readFile(join(root, 'warehouse', file), 'utf8');
        if (text.startsWith(HALF)) throw new Unreachable('The warehouse is busy.');
        const path = join(runDir, file);
        await writeFile(path, text);
        artifacts[file] = path;
      }
      return { metrics: {}, artifacts };
    },
  };
  const unused = (): never => {
    throw new Error('nothing is measured here');
  };
  const artifacts = { putFile: unused, putBytes: unused, read: unused, path: unused };

  return {
    model,
    models: modelsOf([model]),
    readerOver(hookCalls: HookCalls): ArrivalReader {
      const parts = { programs, runFolders, artifacts, hookCalls, home: '/', now: clock.now };
      const secret = () => undefined;
      return {
        ...createArrivalReader({ ...parts, secret }),
        async measure(path) {
          const text = await readFile(path, 'utf8');
          if (text.startsWith(HALF)) throw new BadInput(`${path} has no footer.`);
          const to = new Date(Date.parse('2001-01-01') + Number(text) * 30 * 86_400_000);
          // Every fourth content is invalid.
          const rows = Number(text) % 4 === 3 ? 0 : 100;
          return {
            rows,
            columns: [],
            nulls: [],
            unreadable: [],
            times: { column: 't', from: to, to },
          };
        },
      };
    },

    async come(one: Coming, hookCalls: HookCalls): Promise<void> {
      if (one.do === 'write')
        await put(pathOf(one.place, one.name), `${one.isHalf ? HALF : ''}${one.content}`);
      else if (one.do === 'complete') {
        for (const where of PLACES) await completeIn(where);
      } else if (one.do === 'remove') await rm(pathOf(one.place, one.name), { force: true });
      else if (one.do === 'announce') {
        const body = JSON.stringify({ path: `${one.name}.csv` });
        await call(hookCalls, `announced_${one.message}`, { body, type: 'application/json' });
      } else {
        const body = String(one.content);
        const sent = { whole: body, half: body.slice(0, -1), forged: body }[one.how];
        const secret = one.how === 'forged' ? `not ${SECRET}` : SECRET;
        await call(hookCalls, `posted_${one.message}`, { body, sent, secret, type: 'text/csv' });
      }
    },

    /** What must have been judged at the end: everything that the sources may read. */
    async there(hookCalls: HookCalls): Promise<string[]> {
      const calls = await hookCalls.list(model.name, 'pushed', new Date(0));
      const announced = calls.map(({ file }) => join(root, 'pushed', file));
      const own = await Promise.all(
        (['new', 'warehouse'] as const).map(async (where) =>
          (await readdir(join(root, where))).map((file) => join(root, where, file)),
        ),
      );
      const texts = [...own.flat(), ...announced].map((path) =>
        readFile(path, 'utf8').catch(() => undefined),
      );
      const found = (await Promise.all(texts)).flatMap((text) => text ?? []);
      return [...found, ...promised];
    },
    end: () => rm(root, { recursive: true, force: true }),
  };

  async function put(path: string, text: string): Promise<void> {
    await writeFile(path, text);
    // Two changes within a millisecond count as two.
    ticks += 1;
    await utimes(path, ticks, ticks);
  }

  async function completeIn(where: Place): Promise<void> {
    for (const file of await readdir(join(root, where), { withFileTypes: true })) {
      const path = join(root, where, file.name);
      const text = file.isFile() ? await readFile(path, 'utf8') : '';
      if (text.startsWith(HALF)) await put(path, text.slice(HALF.length));
    }
  }

  async function call(
    hookCalls: HookCalls,
    id: string,
    {
      body,
      sent = body,
      secret = SECRET,
      type,
    }: { body: string; sent?: string; secret?: string; type: string },
  ): Promise<void> {
    const hooks = createDataHooks({
      ...{ models: modelsOf([model]), calls: hookCalls, now: clock.now, secret: () => SECRET },
      lookNow: async () => undefined,
    });
    const headers = signedHeaders(secret, { id, at: clock.now(), body });
    const received = await hooks.receive(model.name, {
      ...{ headers, contentType: type, body: Buffer.from(sent) },
    });
    const isGenuine = sent === body && secret === SECRET;
    const status = received.kind === 'refused' ? received.status : 202;
    // Different content under a known ID is refused too.
    const expected = isGenuine ? [202, 409] : [401];
    if (!expected.includes(status)) throw new Error(`a call was answered ${status}`);
    if (status === 202 && type === 'text/csv') promised.add(body);
  }
}
