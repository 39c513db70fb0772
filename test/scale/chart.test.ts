import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { z } from 'zod';
import { chartTool } from './chart-tools.ts';
import { crds, problemIn, serve } from './crds.ts';

const CHART = 'charts/wheelhouse';
/** The oldest that the chart supports, a current one, and the newest that the schemas cover. */
const KUBERNETES = ['1.25.0', '1.31.0', '1.37.0'];
/** From KEDA and the Prometheus operator; they are not in Kubernetes' own schemas. */
const OF_OTHERS = ['ScaledObject', 'ServiceMonitor', 'TriggerAuthentication'];

const Container = z.looseObject({
  name: z.string(),
  securityContext: z.record(z.string(), z.unknown()),
  env: z.array(z.looseObject({ name: z.string(), value: z.string().optional() })),
});
const Manifest = z.looseObject({
  kind: z.string(),
  metadata: z.object({ name: z.string() }),
  spec: z
    .looseObject({
      template: z
        .object({
          spec: z.looseObject({
            containers: z.array(Container),
            terminationGracePeriodSeconds: z.number(),
          }),
        })
        .optional(),
    })
    .optional(),
});

const written: string[] = [];
afterAll(() => {
  for (const folder of written) rmSync(folder, { recursive: true });
});

const helm = chartTool('helm');
const score = chartTool('kube-score');
const validate = chartTool('kubernetes-validate');
const definitions = await crds('keda', 'keda authentication', 'prometheus operator');
/** Of a real control plane. */
const KUBECONFIG = process.env['WHEELHOUSE_TEST_KUBECONFIG'];

describe.skipIf(!helm).each(['least', 'all'])('the chart with ci/%s.yaml', (name) => {
  const file = `${CHART}/ci/${name}.yaml`;
  const given = ['-f', file, '--kube-version', '1.31.0'];
  let text = '';
  let manifests: z.infer<typeof Manifest>[] = [];
  beforeAll(() => {
    text = run(helm, ['template', 'w', CHART, ...given]);
    manifests = parseAllDocuments(text).map((document) => Manifest.parse(document.toJS()));
  });
  const of = (kind: string) => manifests.filter((manifest) => manifest.kind === kind);
  const pods = () =>
    of('Deployment').flatMap(({ spec }) => (spec?.template ? [spec.template.spec] : []));

  it('passes helm lint', () => {
    expect(run(helm, ['lint', '--strict', CHART, ...given])).toContain('0 chart(s) failed');
  });

  it.skipIf(!validate).each(KUBERNETES)('is valid for Kubernetes %s, strictly', (version) => {
    const known = manifests.filter(({ kind }) => !OF_OTHERS.includes(kind));
    expect(known.length).toBeGreaterThan(10);
    const input = known.map((manifest) => JSON.stringify(manifest)).join('\n---\n');
    expect(run(validate, ['-k', version, '--strict', '--quiet', inFile(input)])).toBe('');
  });

  it.skipIf(!validate)('would be refused with a misspelt field', () => {
    const [service] = of('Service');
    const wrong = JSON.stringify({ ...service, spec: { ...service?.spec, selectr: {} } });
    const { stdout, stderr, status } = spawn(validate, ['--strict', inFile(wrong)]);
    expect(`${stdout}${stderr}`).toContain('selectr');
    expect(status).not.toBe(0);
  });

  it.skipIf(!definitions)(
    'is valid by the definitions of KEDA and the Prometheus operator, strictly',
    () => {
      const others = manifests.filter(({ kind }) => OF_OTHERS.includes(kind));
      expect(others.length).toBe(name === 'all' ? 4 : 0);
      for (const manifest of others) expect(problemIn(definitions ?? [], manifest)).toBeUndefined();
    },
  );

  it.skipIf(!definitions || name !== 'all').each([
    ['ScaledObject', 'minReplicaCnt'],
    ['ServiceMonitor', 'endpoint'],
    ['TriggerAuthentication', 'secretRef'],
  ])('%s would be refused with the field %s', (kind, field) => {
    const [one] = of(kind);
    const wrong = { kind, spec: { ...one?.spec, [field]: [] } };
    expect(problemIn(definitions ?? [], wrong)).toContain(field);
  });

  it.skipIf(!definitions || KUBECONFIG === undefined)(
    'is taken by an API server, and so are its pods where only restricted ones are',
    async () => {
      await serve(KUBECONFIG ?? '', definitions ?? []);
      const namespace = `wheelhouse-${randomUUID().slice(0, 8)}`;
      const kubectl = (args: string[], input?: string) =>
        run('kubectl', ['--kubeconfig', KUBECONFIG ?? '', '-n', namespace, ...args], input);
      kubectl(['create', 'namespace', namespace]);
      try {
        kubectl(['create', 'serviceaccount', 'wheelhouse-worker']);
        const restricted = 'pod-security.kubernetes.io/enforce=restricted';
        kubectl(['label', 'namespace', namespace, restricted]);
        const strict = ['--server-side', '--validate=strict', '-f', '-'];
        kubectl(['apply', '--dry-run=server', ...strict], text);
        const applied = kubectl(['apply', ...strict], text);
        expect(applied.trim().split('\n')).toHaveLength(manifests.length);
        for (const [at, spec] of pods().entries()) {
          const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: `pod-${at}` }, spec };
          kubectl(['apply', '--dry-run=server', ...strict], JSON.stringify(pod));
        }
      } finally {
        kubectl(['delete', 'namespace', namespace, '--wait=false']);
      }
    },
    120_000,
  );

  it.skipIf(!score)('has nothing critical for kube-score', () => {
    const args = ['score', '-', '--kubernetes-version', 'v1.31', '-o', 'ci'];
    const { stdout } = spawn(score, args, text);
    expect(stdout).toContain('[OK]');
    expect(stdout.split('\n').filter((line) => line.startsWith('[CRITICAL]'))).toEqual([]);
  });

  it('runs every role without root, on a read-only root file system', () => {
    expect(pods()).toHaveLength(5);
    for (const { containers, securityContext } of pods()) {
      expect(securityContext).toMatchObject({ runAsNonRoot: true });
      for (const container of containers)
        expect(container.securityContext).toMatchObject({
          ...{ readOnlyRootFilesystem: true, allowPrivilegeEscalation: false },
          capabilities: { drop: ['ALL'] },
        });
    }
  });

  it('gives each role only its secrets, and the worker the time that it drains', () => {
    for (const { containers, terminationGracePeriodSeconds } of pods())
      for (const { name: role, env } of containers) {
        const names = env.map((one) => one.name);
        expect(new Set(names).size).toBe(names.length);
        expect(names.includes('WHEELHOUSE_TOKEN')).toBe(role === 'bot');
        expect(names.includes('WHEELHOUSE_INFERENCE_TOKEN')).toBe(
          ['bot', 'serve', 'worker'].includes(role),
        );
        expect(names.some((one) => one.startsWith('SLACK_'))).toBe(
          role === 'bot' && name === 'all',
        );
        const drain = env.find((one) => one.name === 'WHEELHOUSE_DRAIN_SECONDS')?.value;
        expect(drain !== undefined).toBe(role === 'worker');
        expect(terminationGracePeriodSeconds).toBeGreaterThan(Number(drain ?? 9) + 6);
      }
  });

  it('gives no role but a worker with an account of its own a token of the API server', () => {
    for (const { containers, ...spec } of pods()) {
      const hasOwn = name === 'all' && containers[0]?.name === 'worker';
      expect(spec).toMatchObject({
        serviceAccountName: hasOwn ? 'wheelhouse-worker' : 'w-wheelhouse',
        automountServiceAccountToken: hasOwn,
      });
    }
  });

  it('leaves the number of replicas to KEDA where that scales', () => {
    const scaled = of('ScaledObject').map(({ metadata }) => metadata.name);
    expect(scaled).toEqual(name === 'all' ? ['w-wheelhouse-worker', 'w-wheelhouse-serve'] : []);
    for (const { metadata, spec } of of('Deployment'))
      expect('replicas' in (spec ?? {})).toBe(!scaled.includes(metadata.name));
  });

  it('demands what it cannot know', () => {
    const { status, stderr } = spawn(helm, ['template', 'w', CHART, '--kube-version', '1.31.0']);
    expect(status).not.toBe(0);
    expect(stderr).toContain('bot.user');
  });
});

function spawn(program: string | undefined, args: string[], input?: string) {
  return spawnSync(program ?? '', args, {
    encoding: 'utf8',
    ...(input !== undefined && { input }),
  });
}

/** It opens its input by name. */
function inFile(text: string): string {
  const file = join(mkdtempSync(join(tmpdir(), 'wheelhouse-chart-')), 'manifests.yaml');
  written.push(dirname(file));
  writeFileSync(file, text);
  return file;
}

/** @throws with the tool's output */
function run(program: string | undefined, args: string[], input?: string): string {
  const { status, stdout, stderr } = spawn(program, args, input);
  if (status !== 0) throw new Error(`${program} ${args[0]}: ${stdout}${stderr}`);
  return stdout;
}
