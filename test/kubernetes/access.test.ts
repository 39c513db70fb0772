import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Refused, Unreachable } from '../../src/core/errors.ts';
import { inCluster, readAccess } from '../../src/kubernetes/access.ts';

describe('kubernetes: access', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'wheelhouse-access-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const pod = (host: string) => (name: string) =>
    ({ KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: '6443' })[name];

  it('is the service account of its pod, with the token that is there now', async () => {
    await writeFile(join(folder, 'token'), 'first\n');
    await writeFile(join(folder, 'ca.crt'), 'a CA');
    await writeFile(join(folder, 'namespace'), 'training\n');
    expect(await inCluster(pod('10.0.0.1'), folder)).toEqual({
      ...{ server: 'https://10.0.0.1:6443', namespace: 'training', token: 'first' },
      ca: Buffer.from('a CA'),
    });
    await writeFile(join(folder, 'token'), 'second');
    const next = await inCluster(pod('fd00::1'), folder);
    expect(next).toMatchObject({ server: 'https://[fd00::1]:6443', token: 'second' });
    await expect(inCluster(() => undefined, folder)).rejects.toThrow(Refused);
    await expect(inCluster(pod('10.0.0.1'), join(folder, 'none'))).rejects.toThrow(Refused);
  });

  it('quotes nothing of a kubeconfig that is no YAML', async () => {
    const file = join(folder, 'broken');
    await writeFile(file, 'users:\n  - user: {token: s3cret\n');
    const reach = { environment: () => undefined, programs: {}, signal: AbortSignal.abort() };
    const error = await readAccess(file, undefined, reach).catch((cause: unknown) => cause);
    expect(error).toBeInstanceOf(Refused);
    expect(inspect(error, { depth: 9 })).not.toContain('s3cret');
  });

  it('runs the program that a kubeconfig names for the credential', async () => {
    const file = join(folder, 'kubeconfig');
    const give = async (script: string) => {
      const exec = {
        ...{ apiVersion: 'client.authentication.k8s.io/v1', command: process.execPath },
        ...{ args: ['-e', script], env: [{ name: 'ACCOUNT', value: 'trainer' }] },
      };
      const config = {
        'current-context': 'cloud',
        clusters: [{ name: 'cloud', cluster: { server: 'https://cloud.example.com' } }],
        users: [{ name: 'cloud', user: { exec } }],
        contexts: [{ name: 'cloud', context: { cluster: 'cloud', user: 'cloud' } }],
      };
      await writeFile(file, JSON.stringify(config));
      const programs = { PATH: process.env['PATH'] };
      return readAccess(file, undefined, {
        ...{ environment: () => undefined, programs, signal: new AbortController().signal },
      });
    };
    const access = await give(`
      const { apiVersion, kind } = JSON.parse(process.env.KUBERNETES_EXEC_INFO);
      const token = [process.env.ACCOUNT, kind, process.env.HOME].join(' ');
      console.log(JSON.stringify({ apiVersion, kind, status: { token, clientCertificateData: 'a', clientKeyData: 'b' } }));`);
    expect(access).toEqual({
      ...{ server: 'https://cloud.example.com', namespace: undefined },
      ...{ token: 'trainer ExecCredential ', cert: Buffer.from('a'), key: Buffer.from('b') },
    });
    const quoted = await give('console.log("s3cret")').catch((error: unknown) => error);
    expect(quoted).toBeInstanceOf(Unreachable);
    expect(inspect(quoted, { depth: 9 })).toContain('it did not print JSON');
    expect(inspect(quoted, { depth: 9 }).replaceAll('console.log("s3cret")', '')).not.toContain(
      's3cret',
    );
    await expect(give('process.exit(1)')).rejects.toThrow('which gives the credential');
  });
});
