import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DataSource, Offer } from '../../src/core/data.ts';
import type { HookCalls } from '../../src/core/ports/hook-calls.ts';
import { sourceKindOf } from '../../src/data/sources/index.ts';
import { createRunFolders } from '../../src/training/folders.ts';
import { createPrograms } from '../../src/training/process.ts';
import { openLibrary } from '../registry/server.ts';
import { flights } from '../training/spec.ts';

/** What a kind of source provides to the suite. */
export interface SourceFixture {
  /** Puts files in place for a workspace, by name, and returns the source's own keys with which it offers them. */
  offer(
    folder: string,
    files: Record<string, string>,
    hookCalls: HookCalls,
  ): Promise<Record<string, unknown>>;
  /** Keys with which it cannot look. */
  broken: Record<string, unknown>;
  /** An environment variable of the worker. */
  secret?(variable: string): string | undefined;
  close?(): Promise<void>;
}

const FILES = { '2001-02.csv': 'a,b\n1,2\n', '2001-01.csv': 'a,b\n3,4\n' };

/** What every kind of data source must do. */
export function dataSourceContract(
  name: string,
  { offer, broken, secret = () => undefined, close }: SourceFixture,
): void {
  describe(`data source ${name}`, () => {
    const kind = sourceKindOf(name);
    let root = '';
    let folder = '';
    let library: Awaited<ReturnType<typeof openLibrary>>;
    const sourceWith = (settings: Record<string, unknown>): DataSource => ({
      name: 'monthly',
      ...kind.schema.parse({ kind: name, ...settings }),
    });
    const look = (source: DataSource, signal = new AbortController().signal): Promise<Offer> => {
      const runFolders = createRunFolders(join(root, 'runs'));
      const model = { ...flights, folder };
      const programs = createPrograms(runFolders);
      const { hookCalls } = library.registry;
      const parts = { programs, runFolders, hookCalls, home: root, now: () => new Date(), secret };
      return kind.look(source, { ...parts, model, source: source.name, signal });
    };

    beforeAll(async () => {
      library = await openLibrary();
      root = await mkdtemp(join(tmpdir(), 'wheelhouse-source-'));
      folder = await mkdtemp(join(root, 'workspace-'));
    });
    afterAll(async () => {
      await close?.();
      await library.close();
      await rm(root, { recursive: true, force: true });
    });

    it('offers everything that is there, by name, again and again', async () => {
      const source = sourceWith(await offer(folder, FILES, library.registry.hookCalls));
      for (const _ of [1, 2]) {
        const { files, close: closeOffer } = await look(source);
        expect(files.map((file) => file.name.replace(/^.*\//, ''))).toEqual([
          '2001-01.csv',
          '2001-02.csv',
        ]);
        for (const { path, bytes, modified } of files) {
          expect(path.startsWith('/')).toBe(true);
          expect(bytes).toBe(8);
          expect(Math.abs(Date.now() - modified)).toBeLessThan(3_600_000);
        }
        await closeOffer();
      }
    });

    it('fails if it cannot look, and never offers nothing instead', async () => {
      await expect(look(sourceWith(broken))).rejects.toThrow();
    });

    it('offers nothing where there is nothing', async () => {
      const empty = await mkdtemp(join(folder, 'empty-'));
      await writeFile(join(empty, '.keep'), '');
      const source = sourceWith(await offer(empty, {}, library.registry.hookCalls));
      const model = folder;
      folder = empty;
      const { files } = await look(source).finally(() => {
        folder = model;
      });
      expect(files).toEqual([]);
    });

    it('refuses keys that it does not have', () => {
      expect(kind.schema.safeParse({ kind: name, ...broken, pahT: 'x' }).success).toBe(false);
      expect(kind.keys).toEqual(expect.arrayContaining(Object.keys(broken)));
    });
  });
}
