import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Cluster } from '../../../../src/core/ports/cluster.ts';
import {
  type ObservedState,
  type TargetSpec,
  targetDifferences,
  type WantedState,
  type WantedVersion,
} from '../../../../src/core/target.ts';
import { GivenUp, NotYet } from '../../../../src/core/target-errors.ts';
import { openCluster } from '../../../../src/kubernetes/cluster.ts';
import { targetKindOf } from '../../../../src/release/targets/index.ts';
import { createRunFolders } from '../../../../src/training/folders.ts';
import { createPrograms } from '../../../../src/training/process.ts';
import { createTargets } from '../../../../src/wiring/targets.ts';
import { NO_GATEWAYS, type TargetFixture } from '../../../contracts/target.ts';
import { flights } from '../../../training/spec.ts';
import { createController } from './controller.ts';
import { openFront } from './front.ts';

/** An API, and a namespace of it for the suite. */
export interface Ground {
  handle: Parameters<typeof openFront>[1];
  namespace: string;
  close(): Promise<void>;
}

const NAME = 'flights-production';
const uriOf = (sha256: string) => `s3://models/flights/objects/${sha256.slice(0, 2)}/${sha256}`;

const versionOf = (version: number): WantedVersion => ({
  ...{ deployment: `deployment-${version}`, version, tickets: [ticketOf(`ticket-${version}`)] },
  artifact: String(version).repeat(64).slice(0, 64),
});

function ticketOf(id: string, issuedAt = '2026-11-30T10:00:00Z') {
  const statement = { predicate: { id, issuedAt } };
  return { payload: Buffer.from(JSON.stringify(statement)).toString('base64') };
}

export const wantedOf = (stable: number, challenger?: number, weight = 5): WantedState => ({
  ...{ model: 'flights', environment: 'production', revision: 7, stable: versionOf(stable) },
  challenger:
    challenger === undefined ? null : { ...versionOf(challenger), weight, shadow: weight === 0 },
});

const { signal } = new AbortController();

async function open(
  folder: string,
  { handle, namespace }: Ground,
  mode: 'standard' | 'knative',
  splits = true,
) {
  const front = await openFront(folder, handle);
  const cluster: Cluster = await openCluster(
    { kubeconfig: front.kubeconfig, namespace },
    { environment: () => undefined, programs: {}, signal },
  );
  const rules = { mode, splits, broken: new Set<number>() };
  const controller = createController(cluster, NAME, rules);
  return {
    front,
    cluster,
    controller,
    settings: { kubeconfig: front.kubeconfig, namespace, mode },
  };
}

/** For the suite of all targets. */
export function kserveFixture(
  mode: 'standard' | 'knative',
  ground: () => Promise<Ground>,
): TargetFixture {
  return {
    async open(folder) {
      const place = await ground();
      const { front, cluster, controller, settings } = await open(folder, place, mode);
      return {
        ...{ settings, wanted: wantedOf(1, 2), reach: { ...NO_GATEWAYS, uriOf } },
        async tamper(version) {
          if (version === null) await controller.remove();
          else await controller.edit(version);
          await controller.settle();
        },
        obey: () => controller.settle(),
        async breakDown() {
          Object.assign(front.state, { hangs: false, down: true });
        },
        async close() {
          await front.close();
          await place.close();
        },
        told: {
          async got() {
            const path = pathIn(cluster.namespace);
            return (await cluster.call({ method: 'GET', path, doing: 'Looking' })).json;
          },
          async hang() {
            front.state.hangs = true;
          },
        },
      };
    },
    environment: {},
  };
}

const pathIn = (namespace: string): string =>
  `/apis/serving.kserve.io/v1beta1/namespaces/${namespace}/inferenceservices/${NAME}`;

/** What a rollout must do in a mode of KServe, before objects in memory or on a real control plane. */
export function kserveSuite(
  on: string,
  mode: 'standard' | 'knative',
  ground: () => Promise<Ground>,
): void {
  describe(`KServe, ${mode}, ${on}: a rollout`, () => {
    let folder = '';
    let place: Ground;
    let at: Awaited<ReturnType<typeof open>>;
    let now = new Date();
    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'wheelhouse-kserve-'));
    });
    beforeEach(async () => {
      now = new Date();
      place = await ground();
      at = await open(folder, place, mode);
      return async () => {
        await at.front.close();
        await place.close();
      };
    });
    afterAll(() => rm(folder, { recursive: true, force: true }));

    const runFolders = createRunFolders('/nowhere');
    const targets = () =>
      createTargets({
        ...{ runFolders, programs: createPrograms(runFolders), ...NO_GATEWAYS, uriOf },
        ...{ environment: {}, now: () => now },
      });
    const spec = (own: object = {}): TargetSpec => ({
      name: 'cluster',
      ...targetKindOf('kserve').schema.parse({ kind: 'kserve', ...at.settings, ...own }),
    });
    const how = { id: 'apply-1', model: flights, signal };
    const once = (wanted: WantedState, own?: object) => targets().apply(spec(own), wanted, how);
    const observe = () => targets().observe(spec(), wantedOf(1), how);
    /** Until it shows, with what was shown after each step. */
    async function apply(
      wanted: WantedState,
      own?: object,
    ): Promise<(ObservedState | undefined)[]> {
      const shown: (ObservedState | undefined)[] = [];
      for (let step = 0; step < 20; step += 1)
        try {
          await once(wanted, own);
          return shown;
        } catch (error) {
          if (!(error instanceof NotYet)) throw error;
          await at.controller.settle();
          shown.push(await observe());
        }
      throw new Error(`it never showed: ${JSON.stringify(shown)}`);
    }
    const shows = async (wanted: WantedState) => {
      const seen = await observe();
      return seen && targetDifferences(wanted, seen);
    };
    const service = async (): Promise<unknown> => {
      const path = pathIn(place.namespace);
      return (await at.cluster.call({ method: 'GET', path, doing: 'Looking' })).json;
    };

    it('goes up step by step and is promoted; each step shows before it counts', async () => {
      for (const wanted of [wantedOf(1), wantedOf(1, 2, 5), wantedOf(1, 2, 50), wantedOf(2)]) {
        expect(await shows(wanted)).not.toEqual([]);
        await apply(wanted);
        expect(await shows(wanted)).toEqual([]);
      }
    });

    it('names the file by its address, and its hash and ticket in annotations', async () => {
      await apply(wantedOf(1));
      const { artifact } = versionOf(1);
      expect(await service()).toMatchObject({
        metadata: {
          labels: { 'wheelhouse/model': 'flights', 'wheelhouse/environment': 'production' },
        },
        spec: {
          predictor: {
            annotations: {
              ...{ 'wheelhouse/version': '1', 'wheelhouse/sha256': artifact },
              'wheelhouse/ticket': 'ticket-1',
            },
            model: { storageUri: uriOf(artifact), modelFormat: { name: 'onnx' } },
          },
        },
      });
    });

    it('gives everything back to the version before at once, and never more to the other', async () => {
      await apply(wantedOf(1));
      await apply(wantedOf(1, 2, 20));
      const shown = await apply(wantedOf(1));
      for (const state of shown) expect(state?.stable).toMatchObject({ version: 1 });
      expect(shown[0]?.challenger?.weight ?? 0).toBe(0);
      expect(await shows(wantedOf(1))).toEqual([]);
    });

    it('gives everything back after a promotion', async () => {
      for (const wanted of [wantedOf(1), wantedOf(1, 2, 20), wantedOf(2)]) await apply(wanted);
      const [first] = await apply(wantedOf(1));
      if (mode === 'knative') expect(first?.stable).toMatchObject({ version: 1 });
      expect(await shows(wantedOf(1))).toEqual([]);
    });

    it('replaces a challenger by another, and never gives that the share before it is ready', async () => {
      await apply(wantedOf(1));
      await apply(wantedOf(1, 2, 20));
      at.controller.rules.broken.add(3);
      await expect(once(wantedOf(1, 3, 50))).rejects.toThrow(NotYet);
      await at.controller.settle();
      expect((await observe())?.challenger?.weight ?? 0).toBe(0);
      expect((await observe())?.stable).toMatchObject({ version: 1 });
      at.controller.rules.broken.clear();
      await apply(wantedOf(1, 3, 50));
      expect(await shows(wantedOf(1, 3, 50))).toEqual([]);
    });

    it('in shadow runs the version and gives it no requests', async () => {
      await apply(wantedOf(1));
      await apply(wantedOf(1, 2, 0));
      expect(await observe()).toMatchObject({ challenger: { version: 2, weight: 0 } });
    });

    it('refuses a split that does not show in time, says why, and takes it back', async () => {
      await apply(wantedOf(1));
      at.controller.rules.splits = mode === 'knative';
      if (mode === 'knative') at.controller.rules.broken.add(2);
      await expect(once(wantedOf(1, 2, 5))).rejects.toThrow(NotYet);
      await at.controller.settle();
      await expect(once(wantedOf(1, 2, 5))).rejects.toThrow(NotYet);
      now = new Date(Date.now() + 700_000);
      const refused = once(wantedOf(1, 2, 5));
      await expect(refused).rejects.toThrow(GivenUp);
      await expect(refused).rejects.toThrow(
        mode === 'knative'
          ? /v2 must get 5% .* shows no version beside the stable one\. ModelLoadFailed: no such file.*taken back/
          : /v2 must get 5% .* shows 0%\. KServe runs the version and sends it nothing: the HTTPRoute/,
      );
      await at.controller.settle();
      at.controller.rules.broken.clear();
      await apply(wantedOf(1));
      expect(await shows(wantedOf(1))).toEqual([]);
    });

    it('says after its time that a version does not start, and keeps trying', async () => {
      at.controller.rules.broken.add(1);
      await expect(once(wantedOf(1))).rejects.toThrow(NotYet);
      await at.controller.settle();
      now = new Date(Date.now() + 700_000);
      const late = once(wantedOf(1));
      await expect(late).rejects.toThrow('does not show after 600 seconds. ModelLoadFailed');
      await expect(late).rejects.not.toThrow(GivenUp);
    });

    it('refuses what is not whole percents, before anything changes', async () => {
      await apply(wantedOf(1));
      const before = await service();
      await expect(once(wantedOf(1, 2, 2.5))).rejects.toThrow('by whole percents, not by 2.5%');
      expect(await service()).toEqual(before);
    });

    it('refuses the InferenceService of another endpoint', async () => {
      await apply(wantedOf(1));
      const other = { ...wantedOf(1), environment: 'staging' };
      await expect(once(other, { service: NAME })).rejects.toThrow(
        'has "production" as label wheelhouse/environment, so it is not of this endpoint',
      );
      const nothing = { ...other, stable: null };
      await expect(targets().remove(spec({ service: NAME }), nothing, how)).rejects.toThrow(
        'Nothing was changed',
      );
      expect(await shows(wantedOf(1))).toEqual([]);
    });

    it('is told when KServe runs it in the other mode', async () => {
      await apply(wantedOf(1));
      const other = mode === 'knative' ? 'standard' : 'knative';
      await expect(once(wantedOf(1), { mode: other })).rejects.toThrow(
        `and the target says ${other}`,
      );
    });

    it('stays if its target has another name from now on', async () => {
      await apply(wantedOf(1));
      const renamed = { ...spec(), name: 'prod' };
      await targets()
        .apply(renamed, wantedOf(1), how)
        .catch((error: unknown) => expect(error).toBeInstanceOf(NotYet));
      await at.controller.settle();
      const nothing = { ...wantedOf(1), stable: null };
      await targets().remove(spec(), nothing, how);
      expect(await shows(wantedOf(1))).toEqual([]);
      await targets().remove(renamed, nothing, how);
      await at.controller.settle();
      expect(await observe()).toEqual({ stable: null, challenger: null });
    });

    it('is removed with everything, and it is fine if there is nothing', async () => {
      await apply(wantedOf(1));
      const nothing = { ...wantedOf(1), stable: null };
      for (const _ of [1, 2]) await targets().remove(spec(), nothing, how);
      await at.controller.settle();
      expect(await observe()).toEqual({ stable: null, challenger: null });
    });
  });
}
