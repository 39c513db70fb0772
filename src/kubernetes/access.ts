import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { promisify } from 'node:util';
import { parse } from 'yaml';
import { z } from 'zod';
import { Refused, Unreachable } from '../core/errors.ts';
import type { ClusterReach } from '../core/ports/cluster.ts';

/** Where the API of a cluster is, and as whom it is asked. */
export interface Access {
  server: string;
  namespace: string | undefined;
  ca?: Buffer;
  cert?: Buffer;
  key?: Buffer;
  token?: string;
}

/** What every pod has: https://kubernetes.io/docs/tasks/run-application/access-api-from-pod/ */
const IN_CLUSTER = '/var/run/secrets/kubernetes.io/serviceaccount';
const EXEC_MS = 30_000;

const Named = <T extends z.ZodRawShape>(shape: T) => z.object({ name: z.string(), ...shape });
const User = z.object({
  token: z.string().optional(),
  tokenFile: z.string().optional(),
  'client-certificate': z.string().optional(),
  'client-certificate-data': z.string().optional(),
  'client-key': z.string().optional(),
  'client-key-data': z.string().optional(),
  exec: z
    .object({
      command: z.string(),
      args: z.array(z.string()).nullish(),
      env: z.array(z.object({ name: z.string(), value: z.string() })).nullish(),
      apiVersion: z.string(),
    })
    .optional(),
});
const Cluster = z.object({
  server: z.url(),
  'certificate-authority': z.string().optional(),
  'certificate-authority-data': z.string().optional(),
});
const Kubeconfig = z.object({
  'current-context': z.string(),
  clusters: z.array(Named({ cluster: Cluster })),
  users: z.array(Named({ user: User })),
  contexts: z.array(
    Named({
      context: z.object({
        cluster: z.string(),
        user: z.string(),
        namespace: z.string().optional(),
      }),
    }),
  ),
});

const Credential = z.object({
  status: z.object({
    token: z.string().optional(),
    clientCertificateData: z.string().optional(),
    clientKeyData: z.string().optional(),
  }),
});

/** What `execFile` says of a program that failed. */
const Ending = z.object({
  code: z.union([z.number(), z.string()]).nullish(),
  killed: z.boolean().optional(),
  signal: z.string().nullish(),
});

/**
 * Reads how to reach a cluster. Read again for each request: tokens and certificates are replaced while we run.
 * @param file a kubeconfig; undefined: as the service account of the pod that this runs in
 * @throws Refused if the file cannot be used
 */
export async function readAccess(
  file: string | undefined,
  context: string | undefined,
  { environment, programs }: ClusterReach,
): Promise<Access> {
  if (file === undefined) return inCluster(environment);
  try {
    // Pretty errors quote the line, and that may be a token.
    const text = await readFile(file, 'utf8');
    const config = Kubeconfig.parse(parse(text, { prettyErrors: false }));
    const wanted = context ?? config['current-context'];
    const {
      cluster: clusterName,
      user: userName,
      namespace,
    } = pick(config.contexts, wanted).context;
    const { cluster } = pick(config.clusters, clusterName);
    const { user } = pick(config.users, userName);
    const read = async (data: string | undefined, path: string | undefined) =>
      data !== undefined
        ? Buffer.from(data, 'base64')
        : path === undefined
          ? undefined
          : readFile(resolve(dirname(file), path));
    const [ca, cert, key] = await Promise.all([
      read(cluster['certificate-authority-data'], cluster['certificate-authority']),
      read(user['client-certificate-data'], user['client-certificate']),
      read(user['client-key-data'], user['client-key']),
    ]);
    const token = user.token ?? (user.tokenFile && (await readFile(user.tokenFile, 'utf8')).trim());
    return {
      ...{ server: cluster.server, namespace },
      ...(ca && { ca }),
      ...(cert && { cert }),
      ...(key && { key }),
      ...(token && { token }),
      ...(user.exec && (await credentialOf(user.exec, dirname(file), programs))),
    };
  } catch (cause) {
    if (cause instanceof Unreachable) throw cause;
    const why = cause instanceof z.ZodError ? z.prettifyError(cause) : messageOf(cause);
    throw new Refused(`Reading the kubeconfig ${file}: ${why}`, {
      next: 'docs/engines.md#kubernetes says which keys are read.',
      cause,
    });
  }
}

/** As the service account of a pod. Kubernetes replaces the files while the pod runs. */
export async function inCluster(
  environment: (name: string) => string | undefined,
  folder = IN_CLUSTER,
): Promise<Access> {
  const host = environment('KUBERNETES_SERVICE_HOST');
  const read = (name: string) => readFile(`${folder}/${name}`).catch(() => undefined);
  const [token, ca, namespace] = await Promise.all(['token', 'ca.crt', 'namespace'].map(read));
  if (host === undefined || !token)
    throw new Refused(
      'This worker does not run in a cluster, and no kubeconfig is set, so nothing was done.',
      { next: 'Set kubeconfig to a file.' },
    );
  const port = environment('KUBERNETES_SERVICE_PORT') ?? '443';
  const name = host.includes(':') ? `[${host}]` : host;
  return {
    server: `https://${name}:${port}`,
    namespace: namespace?.toString().trim(),
    token: token.toString().trim(),
    ...(ca && { ca }),
  };
}

/** Of the clouds: https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins */
async function credentialOf(
  { command, args, env, apiVersion }: NonNullable<z.output<typeof User>['exec']>,
  folder: string,
  inherited: ClusterReach['programs'],
): Promise<Partial<Access>> {
  const info = JSON.stringify({ apiVersion, kind: 'ExecCredential', spec: { interactive: false } });
  const own = Object.fromEntries((env ?? []).map(({ name, value }) => [name, value]));
  const doing = `Running ${command}, which gives the credential`;
  // As kubectl does: a name without a folder is looked for on PATH.
  const program = command.includes('/') ? resolve(folder, command) : command;
  const { stdout } = await promisify(execFile)(program, args ?? [], {
    timeout: EXEC_MS,
    env: { ...inherited, ...own, KUBERNETES_EXEC_INFO: info },
  }).catch((error: unknown) => {
    // Not the error itself: it has the arguments and what the program printed, and both may have secrets.
    throw new Unreachable(`${doing}: it ${failedHow(error)}.`, {
      next: 'Run it on the machine of the worker to see why.',
    });
  });
  try {
    const { status } = Credential.parse(printed(stdout));
    const { token, clientCertificateData: cert, clientKeyData: key } = status;
    return {
      ...(token !== undefined && { token }),
      ...(cert !== undefined && { cert: Buffer.from(cert) }),
      ...(key !== undefined && { key: Buffer.from(key) }),
    };
  } catch (cause) {
    throw new Unreachable(`${doing}: ${messageOf(cause)}.`, { cause });
  }
}

/** How a program failed, without a word of what it was given or printed. */
function failedHow(error: unknown): string {
  const { code, killed, signal } = Ending.parse(error);
  if (killed) return `did not end within ${EXEC_MS / 1000} seconds, or printed too much`;
  if (typeof code === 'string') return `could not be run (${code})`;
  return signal ? `was ended by ${signal}` : `ended with exit code ${code ?? 'unknown'}`;
}

/** The error of JSON.parse quotes what it read, and that may be a credential. */
function printed(stdout: string): unknown {
  try {
    return JSON.parse(stdout);
  } catch {
    throw new Error('it did not print JSON');
  }
}

function pick<T extends { name: string }>(all: readonly T[], name: string): T {
  const found = all.find((one) => one.name === name);
  if (found) return found;
  throw new Error(`it has no entry "${name}"`);
}

const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);
