import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TargetSpec, targetDifferences, type WantedState } from '../../src/core/target.ts';
import { NotYet } from '../../src/core/target-errors.ts';
import { targetKindOf } from '../../src/release/targets/index.ts';
import { createRunFolders } from '../../src/training/folders.ts';
import { createPrograms } from '../../src/training/process.ts';
import { createTargets } from '../../src/wiring/targets.ts';
import { flights } from '../training/spec.ts';

type Reach = Parameters<typeof createTargets>[0];

/** What a kind of target serves with, provided to the suite. */
interface Receiver {
  /** Its own keys, with which it can be applied and observed. */
  settings: Record<string, unknown>;
  /** Its tickets and deployments do not matter here. */
  wanted: WantedState;
  /** What it needs besides programs and the network. */
  reach?: Partial<Reach>;
  /** What is live: a target that follows by itself reads it from there. */
  live?(state: WantedState): void;
  /** From now on it serves another version, or nothing, changed by hand. */
  tamper(version: number | null): Promise<void>;
  /** Undone: it serves and reports what it was told last. */
  obey(): Promise<void>;
  /** From now on it cannot be observed, and refuses changes. */
  breakDown(): Promise<void>;
  close(): Promise<void>;
  /** For kinds that are told. */
  told?: {
    /** Everything it received, in any form. */
    got(): Promise<unknown>;
    /** From now on it neither answers nor closes. */
    hang(): Promise<void>;
  };
  /** For kinds that pass on the wanted state unchanged, and read a report of the same form. */
  relayed?: {
    /** What it received, oldest first, each with its ID. */
    got(): Promise<{ id: string; state: unknown }[]>;
    /** From now on it reports this text. */
    report(text: string): Promise<void>;
  };
}

export interface TargetFixture {
  open(folder: string): Promise<Receiver>;
  /** For kinds that pass on the wanted state unchanged: settings with which it cannot be observed. */
  blind?: (settings: Record<string, unknown>) => Record<string, unknown>;
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

/** For kinds that need none of it. */
export const NO_GATEWAYS = {
  gateways: { list: async () => [] },
  quarantines: { list: async () => [] },
  bus: { publish: async () => undefined },
  registered: async () => {
    throw new Error('it needs no registered version');
  },
  uriOf: () => undefined,
};

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
        ...{ programs, runFolders, environment: variables, ...NO_GATEWAYS },
        now: () => new Date('2026-11-30T12:00:00Z'),
        ...receiver.reach,
      });
    };
    const targets = () => targetsWith(environment);
    /** One that is on its way is told again. */
    const applied = async (wanted: WantedState, id: string): Promise<void> => {
      try {
        await targets().apply(specOf(receiver.settings), wanted, { id, ...reach() });
      } catch (error) {
        if (!(error instanceof NotYet)) throw error;
        await receiver.obey();
        await applied(wanted, id);
      }
    };
    const observe = (settings = receiver.settings) =>
      targets().observe(specOf(settings), ENDPOINT, reach());
    /** The difference from what is wanted, as people are told. */
    const differences = async (wanted: WantedState) => {
      await receiver.obey();
      const seen = await observe();
      return seen && targetDifferences(wanted, seen);
    };

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'wheelhouse-target-'));
      receiver = await open(folder);
    });
    afterAll(async () => {
      await receiver.close();
      await rm(folder, { recursive: true, force: true });
    });

    it('serves what it was told, however often it was told', async () => {
      const { wanted } = receiver;
      receiver.live?.(wanted);
      for (const _ of [1, 2]) await applied(wanted, 'apply-1');
      await expect.poll(() => differences(wanted), { timeout: 60_000 }).toEqual([]);
    });

    it.each([9, null])('is seen to serve %s instead', async (version) => {
      const { wanted } = receiver;
      await receiver.tamper(version);
      const found = async () => {
        const seen = await observe();
        return seen && targetDifferences(wanted, seen);
      };
      const row = { what: 'version', wanted: 'v1', observed: version ? `v${version}` : undefined };
      await expect
        .poll(found, { timeout: 60_000 })
        .toEqual(expect.arrayContaining([expect.objectContaining(row)]));
    });

    it('serves nothing after it was removed, however often', async () => {
      const nothing = { ...receiver.wanted, stable: null, challenger: null };
      receiver.live?.(nothing);
      for (const _ of [1, 2])
        await targets().remove(specOf(receiver.settings), nothing, { id: 'apply-2', ...reach() });
      await expect.poll(() => differences(nothing), { timeout: 60_000 }).toEqual([]);
      const again = await differences(receiver.wanted);
      expect(again).toContainEqual({ what: 'version', wanted: 'v1', observed: undefined });
    });

    it('refuses keys that it does not have', () => {
      const { success } = kind.schema.safeParse({ kind: name, ...receiver.settings, ulr: 'x' });
      expect(success).toBe(false);
      expect(kind.keys).toEqual(expect.arrayContaining(Object.keys(receiver.settings)));
    });

    // A target that follows by itself is only told to look.
    describe.runIf(!kind.follows)('is told', () => {
      const told = () => {
        if (!receiver.told) throw new Error(`the fixture of ${name} does not say what it was told`);
        return receiver.told;
      };

      const relayed = () => {
        if (!receiver.relayed) throw new Error(`the fixture of ${name} does not say what it got`);
        return receiver.relayed;
      };

      it.runIf(blind)('the whole wanted state, and no log grows', async () => {
        const runs = await readdir(join(folder, 'runs'), { recursive: true }).catch(() => []);
        expect(runs.filter((path) => path.endsWith('.txt'))).toEqual([]);
        const nothing = { ...WANTED, stable: null, challenger: null };
        expect(await relayed().got()).toEqual([
          { id: 'apply-1', state: WANTED },
          { id: 'apply-1', state: WANTED },
          { id: 'apply-2', state: nothing },
          { id: 'apply-2', state: nothing },
        ]);
      });

      it.runIf(blind)('and what it reports is read', async () => {
        const reported = { stable: { version: 1, artifact: HASH }, challenger: null };
        await relayed().report(JSON.stringify({ ...reported, uptime: 3 }));
        expect(await observe()).toEqual(reported);
        const servers = [
          { name: 'a', ...reported },
          { name: 'b', stable: null },
        ];
        await relayed().report(JSON.stringify({ ...reported, servers }));
        expect(await observe()).toEqual({ ...reported, servers });
      });

      it.runIf(blind)('and cannot tell if it reports nothing, or cannot be observed', async () => {
        await relayed().report('');
        expect(await observe()).toBeUndefined();
        await relayed().report('no JSON, but nobody asks');
        expect(await observe(blind?.(receiver.settings))).toBeUndefined();
      });

      (blind ? it : it.skip).each([
        'not JSON',
        '{"stable": "v1"}',
        '[]',
        'null',
        '{"stable": null, "servers": []}',
      ])('and fails on the report %s, and does not take it for a state', async (text) => {
        await relayed().report(text);
        await expect(observe()).rejects.toThrow(
          /Observing flights in production at the target edge: the report is not/,
        );
      });

      it.each(['apply', 'remove'] as const)('%s: stops with the signal', async (act) => {
        const gone = reach(AbortSignal.abort(new Error('the worker ends')));
        const before = await told().got();
        const target = specOf(receiver.settings);
        await expect(
          targets()[act](target, receiver.wanted, { id: 'apply-3', ...gone }),
        ).rejects.toThrow();
        expect(await told().got()).toEqual(before);
      });

      it.each(['apply', 'remove'] as const)('%s: nothing without its secrets', async (act) => {
        const target = specOf(receiver.settings);
        if (kind.variables(target).length === 0) return expect(environment).toEqual({});
        const before = await told().got();
        await expect(
          targetsWith({})[act](target, receiver.wanted, { id: 'apply-4', ...reach() }),
        ).rejects.toThrow(/is not set where the role "worker" runs, so nothing was sent/);
        expect(await told().got()).toEqual(before);
      });

      it('and given up after its time', async () => {
        await told().hang();
        const target = specOf({ ...receiver.settings, timeout_seconds: 0.5 });
        const slow = /its time is over|was stopped after 0\.01 minutes/;
        const how = { id: 'apply-6', ...reach() };
        await expect(targets().apply(target, receiver.wanted, how)).rejects.toThrow(slow);
        await expect(targets().observe(target, ENDPOINT, reach())).rejects.toThrow(slow);
      });

      it.each(['apply', 'remove'] as const)('%s: fails if it refuses', async (act) => {
        await receiver.breakDown();
        const target = specOf(receiver.settings);
        await expect(
          targets()[act](target, receiver.wanted, { id: 'apply-5', ...reach() }),
        ).rejects.toThrow();
      });
    });

    it('fails if it should be observable, and is not', async () => {
      await receiver.breakDown();
      await expect(observe()).rejects.toThrow(
        /^Observing flights in production at the |ended with/,
      );
    });
  });
}
