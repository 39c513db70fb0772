import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TargetSpec, WantedState } from '../../src/core/target.ts';
import { targetKindOf } from '../../src/release/targets/index.ts';
import { createRunFolders } from '../../src/training/folders.ts';
import { createPrograms } from '../../src/training/process.ts';
import { createTargets } from '../../src/wiring/targets.ts';
import { flights } from '../training/spec.ts';

/** A receiver that a kind of target brings to the suite. */
interface Receiver {
  /** Keys of its own, with which it is applied to and can be observed. */
  settings: Record<string, unknown>;
  /** What it got, oldest first, each with its ID. */
  got(): Promise<{ id: string; state: unknown }[]>;
  /** From now on it reports this text. */
  report(text: string): Promise<void>;
  /** From now on it neither answers nor ends, for as long as somebody waits. */
  hang(): Promise<void>;
  /** From now on it refuses to apply and to report. */
  breakDown(): Promise<void>;
  close(): Promise<void>;
}

export interface TargetFixture {
  open(folder: string): Promise<Receiver>;
  /** Without what makes it observable. */
  blind(settings: Record<string, unknown>): Record<string, unknown>;
  environment: Record<string, string>;
}

const HASH = 'a'.repeat(64);
export const WANTED: WantedState = {
  ...{ model: 'flights', environment: 'production', revision: 7 },
  stable: { deployment: 'deployment-1', version: 1, artifact: HASH, tickets: [{ payload: 'x' }] },
  challenger: {
    ...{ deployment: 'deployment-2', version: 2, artifact: HASH, tickets: [] },
    ...{ weight: 5, shadow: false },
  },
};
const ENDPOINT = { model: 'flights', environment: 'production' };

/** What every kind of target must do. */
export function targetContract(name: string, { open, blind, environment }: TargetFixture): void {
  describe(`target ${name}`, () => {
    const kind = targetKindOf(name);
    let folder = '';
    let receiver: Receiver;
    const specOf = (settings: Record<string, unknown>): TargetSpec => ({
      name: 'edge',
      ...kind.schema.parse({ kind: name, timeout_seconds: 20, ...settings }),
    });
    const reach = (signal = new AbortController().signal) => ({
      model: { ...flights, folder },
      signal,
    });
    const targetsWith = (variables: Record<string, string>) => {
      const runFolders = createRunFolders(join(folder, 'runs'));
      const programs = createPrograms(runFolders);
      return createTargets({
        ...{ programs, runFolders, environment: variables },
        now: () => new Date('2026-11-30T12:00:00Z'),
      });
    };
    const targets = () => targetsWith(environment);

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'wheelhouse-target-'));
      receiver = await open(folder);
    });
    afterAll(async () => {
      await receiver.close();
      await rm(folder, { recursive: true, force: true });
    });

    it('gives the whole wanted state, the same for each attempt', async () => {
      const target = specOf(receiver.settings);
      for (const _ of [1, 2]) await targets().apply(target, WANTED, { id: 'apply-1', ...reach() });
      const runs = await readdir(join(folder, 'runs'), { recursive: true }).catch(() => []);
      expect(runs.filter((path) => path.endsWith('.txt'))).toEqual([]); // a log would grow for ever
      const got = await receiver.got();
      expect(got).toEqual([
        { id: 'apply-1', state: WANTED },
        { id: 'apply-1', state: WANTED },
      ]);
    });

    it('tells that nothing must answer', async () => {
      const target = specOf(receiver.settings);
      const nothing = { ...WANTED, stable: null, challenger: null };
      await targets().apply(target, nothing, { id: 'apply-2', ...reach() });
      expect((await receiver.got()).at(-1)).toEqual({ id: 'apply-2', state: nothing });
    });

    it('reads what the target reports', async () => {
      const target = specOf(receiver.settings);
      const reported = { stable: { version: 1, artifact: HASH }, challenger: null };
      await receiver.report(JSON.stringify({ ...reported, uptime: 3 }));
      expect(await targets().observe(target, ENDPOINT, reach())).toEqual(reported);
      await receiver.report('{"stable": null}');
      expect(await targets().observe(target, ENDPOINT, reach())).toEqual({ stable: null });
    });

    it('cannot tell if the target reports nothing, or cannot be observed', async () => {
      await receiver.report('');
      expect(await targets().observe(specOf(receiver.settings), ENDPOINT, reach())).toBeUndefined();
      await receiver.report('no JSON, but nobody asks');
      const target = specOf(blind(receiver.settings));
      expect(await targets().observe(target, ENDPOINT, reach())).toBeUndefined();
    });

    it.each(['not JSON', '{"stable": "v1"}', '[]', 'null'])(
      'fails on the report %s, and does not take it for a state',
      async (text) => {
        await receiver.report(text);
        await expect(
          targets().observe(specOf(receiver.settings), ENDPOINT, reach()),
        ).rejects.toThrow(/Observing flights in production at the target edge: the report is not/);
      },
    );

    it('stops with the signal', async () => {
      const gone = reach(AbortSignal.abort(new Error('the worker ends')));
      const before = await receiver.got();
      const target = specOf(receiver.settings);
      await expect(targets().apply(target, WANTED, { id: 'apply-3', ...gone })).rejects.toThrow();
      expect(await receiver.got()).toEqual(before);
    });

    it('refuses keys that it does not have', () => {
      const { success } = kind.schema.safeParse({ kind: name, ...receiver.settings, ulr: 'x' });
      expect(success).toBe(false);
      expect(kind.keys).toEqual(expect.arrayContaining(Object.keys(receiver.settings)));
    });

    it('sends nothing without the secrets that it needs', async () => {
      const target = specOf(receiver.settings);
      if (kind.variables(target).length === 0) return expect(environment).toEqual({});
      const before = await receiver.got();
      await expect(
        targetsWith({}).apply(target, WANTED, { id: 'apply-4', ...reach() }),
      ).rejects.toThrow(/is not set where the role "worker" runs, so nothing was sent/);
      expect(await receiver.got()).toEqual(before);
    });

    it('gives up after its time', async () => {
      await receiver.hang();
      const target = specOf({ ...receiver.settings, timeout_seconds: 0.5 });
      const slow = /its time is over|was stopped after 0\.01 minutes/;
      await expect(targets().apply(target, WANTED, { id: 'apply-6', ...reach() })).rejects.toThrow(
        slow,
      );
      await expect(targets().observe(target, ENDPOINT, reach())).rejects.toThrow(slow);
    });

    it('fails if the target refuses', async () => {
      await receiver.breakDown();
      const target = specOf(receiver.settings);
      await expect(
        targets().apply(target, WANTED, { id: 'apply-5', ...reach() }),
      ).rejects.toThrow();
      await expect(targets().observe(target, ENDPOINT, reach())).rejects.toThrow();
    });
  });
}
