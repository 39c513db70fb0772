import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Ajv } from 'ajv';
import { parse } from 'yaml';
import { z } from 'zod';
import { eventually } from '../story/eventually.ts';

const run = promisify(execFile);

/** Definitions of others' resources, each in a Go module: the module cache keeps them, and checks them. */
const CRDS = {
  kserve: [
    'github.com/kserve/kserve@v0.20.0',
    'config/crd/full/serving.kserve.io_inferenceservices.yaml',
  ],
  'kserve runtimes': [
    'github.com/kserve/kserve@v0.20.0',
    'config/crd/full/serving.kserve.io_servingruntimes.yaml',
  ],
  knative: ['knative.dev/serving@v0.48.1', 'config/core/300-resources/revision.yaml'],
  gateway: [
    'sigs.k8s.io/gateway-api@v1.5.1',
    'config/crd/standard/gateway.networking.k8s.io_httproutes.yaml',
  ],
  keda: ['github.com/kedacore/keda/v2@v2.18.0', 'config/crd/bases/keda.sh_scaledobjects.yaml'],
  'keda authentication': [
    'github.com/kedacore/keda/v2@v2.18.0',
    'config/crd/bases/keda.sh_triggerauthentications.yaml',
  ],
  'prometheus operator': [
    'github.com/prometheus-operator/prometheus-operator@v0.93.0',
    'example/prometheus-operator-crd-full/monitoring.coreos.com_servicemonitors.yaml',
  ],
} as const;

const Downloaded = z.object({ Dir: z.string() });

/** Files with CustomResourceDefinitions. Undefined, with a notice, where there is no Go or the modules cannot be had. */
export async function crds(
  ...names: readonly (keyof typeof CRDS)[]
): Promise<string[] | undefined> {
  try {
    const files: string[] = [];
    for (const name of names) {
      const [module, path] = CRDS[name];
      const { stdout } = await run('go', ['mod', 'download', '-json', module], { cwd: '/' });
      files.push(join(Downloaded.parse(JSON.parse(stdout)).Dir, path));
    }
    return files;
  } catch (error) {
    const why = error instanceof Error ? error.message.split('\n')[0] : String(error);
    console.warn(`Skipped what needs the definitions of ${names.join(', ')} (Go): ${why}`);
    return undefined;
  }
}

/** Has a control plane serve them, which others may use at the same time. */
export async function serve(kubeconfig: string, files: readonly string[]): Promise<void> {
  const kubectl = (...words: string[]) =>
    run('kubectl', [
      '--kubeconfig',
      kubeconfig,
      ...words,
      ...files.flatMap((file) => ['-f', file]),
    ]);
  await kubectl('apply', '--server-side', '--force-conflicts');
  // kubectl fails on a definition that has no conditions yet.
  await eventually('the definitions are served', () =>
    kubectl('wait', '--for=condition=Established', '--timeout=10s').then(
      () => true,
      () => false,
    ),
  );
}

const Definition = z.object({
  spec: z.object({
    names: z.object({ kind: z.string() }),
    versions: z.array(
      z.object({
        schema: z.object({
          openAPIV3Schema: z.object({ properties: z.record(z.string(), z.unknown()) }),
        }),
      }),
    ),
  }),
});

/** Why an object is not valid by the definition of its kind, without a server; fields that it does not have are refused. */
export function problemIn(files: readonly string[], object: { kind: string; spec?: unknown }) {
  const found = files
    .map((file) => Definition.parse(parse(readFileSync(file, 'utf8'))).spec)
    .find(({ names }) => names.kind === object.kind);
  const schema = found?.versions[0]?.schema.openAPIV3Schema.properties['spec'];
  if (schema === undefined) return `there is no definition of ${object.kind}`;
  const ajv = new Ajv({ strict: false, validateFormats: false });
  const isValid = ajv.compile(z.record(z.string(), z.unknown()).parse(closed(schema)));
  return isValid(object.spec) ? undefined : JSON.stringify(isValid.errors);
}

/** As an API server reads it with strict validation. */
function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed);
  if (typeof schema !== 'object' || schema === null) return schema;
  const inside = Object.fromEntries(
    Object.entries(schema).map(([name, value]) => [name, closed(value)]),
  );
  const isOpen =
    !('properties' in schema) ||
    'additionalProperties' in schema ||
    'x-kubernetes-preserve-unknown-fields' in schema;
  return isOpen ? inside : { ...inside, additionalProperties: false };
}
