import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { openCluster } from '../../src/kubernetes/cluster.ts';
import { targetKindOf } from '../../src/release/targets/index.ts';
import { createRunFolders } from '../../src/training/folders.ts';
import { createPrograms } from '../../src/training/process.ts';
import { createTargets } from '../../src/wiring/targets.ts';
import { NO_GATEWAYS, targetContract } from '../contracts/target.ts';
import { kserveFixture, kserveSuite, wantedOf } from '../release/targets/kserve/suite.ts';
import { flights } from '../training/spec.ts';
import { crds, serve } from './crds.ts';

/** Of a real control plane; KServe itself does not run there: the tests report what its controller would. */
const KUBECONFIG = process.env['WHEELHOUSE_TEST_KUBECONFIG'];
const files =
  KUBECONFIG === undefined
    ? undefined
    : await crds('kserve', 'kserve runtimes', 'knative', 'gateway');

const Managed = z.looseObject({
  metadata: z.looseObject({ managedFields: z.array(z.looseObject({ manager: z.string() })) }),
});

if (KUBECONFIG === undefined)
  it.skip(
    'target kserve on a real control plane: set WHEELHOUSE_TEST_KUBECONFIG, see docs/kserve.md',
  );
else
  describe.skipIf(files === undefined)('on a real control plane', () => {
    const kubectl = (...words: string[]) =>
      promisify(execFile)('kubectl', ['--kubeconfig', KUBECONFIG, ...words]);
    beforeAll(() => serve(KUBECONFIG, files ?? []), 120_000);

    /** Each with a namespace of its own. kubectl, which nobody here wrote, makes it. */
    async function ground() {
      const namespace = `wheelhouse-${randomUUID().slice(0, 8)}`;
      await kubectl('create', 'namespace', namespace);
      const { signal } = new AbortController();
      const place = { kubeconfig: KUBECONFIG, namespace };
      const cluster = await openCluster(place, {
        environment: () => undefined,
        programs: {},
        signal,
      });
      return {
        namespace,
        handle: (call: Omit<Parameters<typeof cluster.call>[0], 'doing'>) =>
          cluster.call({ ...call, doing: 'Passing on' }),
        close: async () => void (await kubectl('delete', 'namespace', namespace, '--wait=false')),
      };
    }
    for (const mode of ['standard', 'knative'] as const) {
      describe(mode, () => targetContract('kserve', kserveFixture(mode, ground)));
      kserveSuite('by its definitions', mode, ground);
    }

    describe('by its API server', () => {
      let folder = '';
      let place: Awaited<ReturnType<typeof ground>>;
      beforeAll(async () => {
        folder = await mkdtemp(join(tmpdir(), 'wheelhouse-kserve-'));
        place = await ground();
      });
      afterAll(async () => {
        await place.close();
        await rm(folder, { recursive: true, force: true });
      });
      const runFolders = createRunFolders('/nowhere');
      const uriOf = (sha256: string) => `s3://models/${sha256}`;
      const targets = createTargets({
        ...{ runFolders, programs: createPrograms(runFolders), ...NO_GATEWAYS, uriOf },
        ...{ environment: {}, now: () => new Date() },
      });
      const { signal } = new AbortController();
      const apply = (own: object = {}) =>
        targets.apply(
          {
            name: 'cluster',
            ...targetKindOf('kserve').schema.parse({
              ...{ kind: 'kserve', kubeconfig: KUBECONFIG, namespace: place.namespace, ...own },
            }),
          },
          wantedOf(1),
          { id: 'apply-1', model: flights, signal },
        );

      it('takes every setting', async () => {
        const all = {
          ...{ model_format: 'onnx', runtime: 'wheelhouse-onnx', protocol: 'v2', gpus: 1 },
          ...{ service_account: 'models', cpu: '500m', memory: '2Gi' },
          ...{ min_replicas: 2, max_replicas: 6, service: 'every-setting' },
        };
        await expect(apply(all)).rejects.toThrow('does not show yet');
        const { stdout } = await kubectl(
          ...['-n', place.namespace, 'get', 'isvc', 'every-setting', '-o', 'json'],
        );
        expect(JSON.parse(stdout).spec.predictor).toMatchObject({
          ...{ minReplicas: 2, maxReplicas: 6, serviceAccountName: 'models' },
          model: {
            ...{ runtime: 'wheelhouse-onnx', protocolVersion: 'v2' },
            resources: {
              requests: { cpu: '500m', memory: '2Gi' },
              limits: { memory: '2Gi', 'nvidia.com/gpu': '1' },
            },
          },
        });
      });

      it('refuses to take a field from somebody else, and names both', async () => {
        await expect(apply()).rejects.toThrow('does not show yet');
        const patch = '{"spec":{"predictor":{"minReplicas":7}}}';
        const who = ['--field-manager', 'dana', '--type', 'merge', '-p', patch];
        await kubectl('-n', place.namespace, 'patch', 'isvc', 'flights-production', ...who);
        await expect(apply()).rejects.toThrow(
          'somebody else owns .spec.predictor.minReplicas (dana), so nothing was changed',
        );
        const path = ['-o', 'jsonpath={.spec.predictor.minReplicas}'];
        const get = ['get', 'isvc', 'flights-production', ...path];
        expect((await kubectl('-n', place.namespace, ...get)).stdout).toBe('7');
        // As docs/kserve.md says.
        const isvc = ['-n', place.namespace, 'get', 'isvc', 'flights-production'];
        const { stdout } = await kubectl(...isvc, '-o', 'json', '--show-managed-fields');
        const found = Managed.parse(JSON.parse(stdout));
        const managedFields = found.metadata.managedFields.filter((one) => one.manager !== 'dana');
        const file = join(folder, 'given-up.json');
        const metadata = { ...found.metadata, managedFields };
        await writeFile(file, JSON.stringify({ ...found, metadata }));
        await kubectl('replace', '-f', file);
        await expect(apply()).rejects.toThrow('does not show yet');
        expect((await kubectl('-n', place.namespace, ...get)).stdout).toBe('1');
      });

      it.each(['runtime', 'rights'])('takes the example %s.yaml, strictly', async (name) => {
        const file = ['-f', `examples/kserve/${name}.yaml`];
        const strict = ['--server-side', '--dry-run=server', '--validate=strict'];
        const { stdout } = await kubectl('-n', place.namespace, 'apply', ...strict, ...file);
        expect(stdout).toContain('serverside-applied');
      });

      it('says which right is missing, and that there is no such namespace', async () => {
        const poor = join(dirname(KUBECONFIG), 'wheelhouse.kubeconfig');
        await expect(apply({ kubeconfig: poor })).rejects.toThrow(/forbidden|403/);
        await expect(apply({ namespace: 'no-such-place' })).rejects.toThrow(
          /namespaces "no-such-place" not found/,
        );
      });
    });
  });
