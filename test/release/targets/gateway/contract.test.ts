import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { GatewayReport } from '../../../../src/core/ports/gateways.ts';
import type { LiveEndpoint } from '../../../../src/core/ports/serving.ts';
import {
  GATEWAY,
  type ObservedState,
  targetDifferences,
  versionObserved,
} from '../../../../src/core/target.ts';
import { createFolderArtifacts } from '../../../../src/objects/artifacts.ts';
import { createGateway } from '../../../../src/serving/gateway.ts';
import { createPredictionLog } from '../../../../src/serving/log/log.ts';
import { createRunFolders } from '../../../../src/training/folders.ts';
import { createPrograms } from '../../../../src/training/process.ts';
import { reportServing } from '../../../../src/wiring/serving-report.ts';
import { createTargets } from '../../../../src/wiring/targets.ts';
import { NO_GATEWAYS, targetContract, WANTED } from '../../../contracts/target.ts';
import { openLibrary } from '../../../registry/server.ts';
import { biased } from '../../../serving/world.ts';
import { flights } from '../../../training/spec.ts';

/** A gateway that answers, and reports to a registry. It looks for changes only when told to. */
targetContract('gateway', {
  async open(folder) {
    const library = await openLibrary();
    const { gateways } = library.registry;
    const artifacts = createFolderArtifacts(join(folder, 'artifacts'));
    const { sha256: artifact } = await artifacts.putBytes(biased(0));
    const versionOf = (version: number): LiveEndpoint => ({
      ...{ model: 'flights', environment: 'production', version, artifact, task: 'binary' },
      ...{ deployment: `deployment-${version}`, before: [] },
      features: { distance: 'number', carrier: 'category' },
    });
    let list: LiveEndpoint[] = [];
    let look = () => {};
    let now = new Date('2026-11-30T12:00:00Z');
    const clock = { now: () => now };
    const dir = join(folder, 'log');
    const log = createPredictionLog({ dir, first: 'production', onProblem: () => {} });
    const live = {
      list: async () => list,
      onChange(listener: () => void) {
        look = listener;
        return () => {};
      },
    };
    const served = createGateway({
      ...{ live, artifacts, log, host: '127.0.0.1', port: 0, pollMs: 3_600_000 },
      environments: ['production'],
    });
    await served.start();
    const silence = reportServing({
      ...{ gateway: served, store: gateways, environments: ['production'], clock },
      failed: (error) => {
        throw error;
      },
    });
    return {
      settings: {},
      wanted: {
        ...WANTED,
        stable: WANTED.stable && { ...WANTED.stable, artifact },
        challenger: WANTED.challenger && { ...WANTED.challenger, weight: 5 },
      },
      reach: {
        ...NO_GATEWAYS,
        gateways,
        now: () => now,
        bus: {
          async publish(topic, model) {
            if (topic === 'deployments' && model === 'flights') look();
          },
        },
      },
      live({ stable, challenger }) {
        const beside = challenger && {
          ...{ version: versionOf(challenger.version), weight: challenger.weight },
          ...{ shadow: challenger.shadow, step: 0 },
        };
        list = stable
          ? [{ ...versionOf(stable.version), ...(beside && { challenger: beside }) }]
          : [];
      },
      async tamper(version) {
        list = version === null ? [] : [versionOf(version)];
        look();
      },
      async obey() {},
      async breakDown() {
        silence();
        now = new Date(now.getTime() + 61_000);
      },
      async close() {
        silence();
        await served.stop();
        await log.close();
        await library.close();
      },
    };
  },
  environment: {},
});

describe('the gateways of a fleet', () => {
  const at = new Date('2026-11-30T12:00:00Z');
  const wanted = { ...WANTED, challenger: null };
  const report = (
    name: string,
    version: number | undefined,
    change: object = {},
  ): GatewayReport => ({
    ...{ name, at, environments: ['production'] },
    endpoints: [
      {
        ...{ model: 'flights', environment: 'production', version },
        ...{ deployment: `deployment-${version}`, artifact: WANTED.stable?.artifact },
        problem: undefined,
      },
    ],
    ...change,
  });
  const observe = (reports: GatewayReport[], quarantined: string[] = []) => {
    const runFolders = createRunFolders('/nowhere');
    const { stable: _, ...of } = { ...wanted, version: 1, artifact: 'a', fault: 'hung' as const };
    const targets = createTargets({
      ...{ ...NO_GATEWAYS, runFolders, programs: createPrograms(runFolders), environment: {} },
      gateways: { list: async () => reports },
      quarantines: {
        list: async () => quarantined.map((deployment) => ({ ...of, deployment, words: '', at })),
      },
      now: () => at,
    });
    const { signal } = new AbortController();
    return targets.observe(GATEWAY, wanted, { model: flights, signal });
  };
  const differences = (seen: ObservedState | undefined) => seen && targetDifferences(wanted, seen);

  it('are one if they agree, and the straggler is named if they do not', async () => {
    const same = await observe([report('a:9410', 1), report('b:9410', 1)]);
    expect(differences(same)).toEqual([]);
    expect(same && versionObserved(same)?.version).toBe(1);
    const one = await observe([report('a:9410', 1), report('b:9410', 6), report('c:9410', 1)]);
    expect(differences(one)).toEqual([
      { what: 'version', wanted: 'v1', observed: 'v6', server: 'b:9410' },
    ]);
    expect(one && versionObserved(one)).toBeNull();
    const all = await observe([report('a:9410', 6), report('b:9410', 6)]);
    expect(differences(all)).toEqual([{ what: 'version', wanted: 'v1', observed: 'v6' }]);
    expect(all && versionObserved(all)?.version).toBe(6);
  });

  it('of other environments, and those that ended, do not count', async () => {
    const old = new Date(at.getTime() - 61_000);
    const seen = await observe([
      report('a:9410', 1),
      report('b:9410', 6, { at: old }),
      report('c:9410', 6, { environments: ['staging'] }),
    ]);
    expect(differences(seen)).toEqual([]);
  });

  it('serve nothing if they do not know the model, or none of it loads', async () => {
    for (const change of [{ endpoints: [] }, {}])
      expect(differences(await observe([report('a:9410', undefined, change)]))).toContainEqual({
        ...{ what: 'version', wanted: 'v1', observed: undefined },
      });
  });

  it('cannot be told apart from none that was ever started', async () => {
    expect(await observe([])).toBeUndefined();
  });

  it('are not reported a second time for a version that is quarantined', async () => {
    const [{ endpoints }] = [report('a:9410', 6)];
    const problem = { version: 1, deployment: 'deployment-1', error: 'v1 is quarantined.' };
    const stuck = report('a:9410', 6, { endpoints: endpoints.map((one) => ({ ...one, problem })) });
    expect(await observe([stuck], ['deployment-1'])).toBeUndefined();
    expect(differences(await observe([stuck]))).toHaveLength(1);
  });

  it('that are all silent are named, with when they were heard last', async () => {
    const old = new Date(at.getTime() - 61_000);
    await expect(observe([report('a:9410', 1, { at: old })])).rejects.toThrow(
      /none is running\. The last report is from a:9410, .*11:58/,
    );
  });
});
