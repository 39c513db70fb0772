import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { chmod, copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TLSSocket } from 'node:tls';
import { fileURLToPath } from 'node:url';
import { inspect } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inCluster } from '../../src/kubernetes/access.ts';
import { clusterOf, openCluster } from '../../src/kubernetes/cluster.ts';

/** Of an authority whose key nobody has any more; for 127.0.0.1, until 2126. */
const pathOf = (name: string) => fileURLToPath(new URL(`./tls/${name}`, import.meta.url));
const pem = (name: string) => readFileSync(pathOf(name));

const call = { method: 'GET', path: '/api', doing: 'Asking who this is' } as const;
const { signal } = new AbortController();

describe('kubernetes: over TLS', () => {
  let folder = '';
  let server: Server;
  let port = 0;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'wheelhouse-tls-'));
    const tls = { cert: pem('server.crt'), key: pem('server.key'), ca: pem('ca.crt') };
    // Answers as whom it was asked.
    server = createServer(
      { ...tls, requestCert: true, rejectUnauthorized: false },
      (asked, answer) => {
        const { socket, headers } = asked;
        // Undefined for a client without a certificate.
        const shown = socket instanceof TLSSocket ? socket.getPeerX509Certificate() : undefined;
        const name = shown?.checkIssued(new X509Certificate(pem('ca.crt'))) && shown.subject;
        answer.end(JSON.stringify({ token: headers.authorization, name }));
      },
    ).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('it has no port');
    port = address.port;
  });
  afterAll(async () => {
    server.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('is the service account of its pod, and trusts the authority of the cluster only', async () => {
    await writeFile(join(folder, 'token'), 'of-the-account\n');
    await writeFile(join(folder, 'namespace'), 'training');
    const here: Record<string, string> = {
      ...{ KUBERNETES_SERVICE_HOST: '127.0.0.1', KUBERNETES_SERVICE_PORT: String(port) },
    };
    const open = async () =>
      clusterOf(await inCluster((name) => here[name], folder), {}, { signal });
    await expect((await open()).call(call)).rejects.toThrow('SELF_SIGNED_CERT_IN_CHAIN');
    await copyFile(pathOf('ca.crt'), join(folder, 'ca.crt'));
    const cluster = await open();
    expect(cluster.namespace).toBe('training');
    expect((await cluster.call(call)).json).toEqual({ token: 'Bearer of-the-account' });
  });

  describe('with a program that gives the credential', () => {
    const kubeconfig = () => join(folder, 'of', 'kubeconfig');
    const programs = { PATH: process.env['PATH'] };
    const reach = { environment: () => undefined, programs, signal };

    async function give(command: string, args: string[] = []): Promise<void> {
      const exec = { apiVersion: 'client.authentication.k8s.io/v1', command, args };
      const cluster = {
        server: `https://127.0.0.1:${port}`,
        'certificate-authority': pathOf('ca.crt'),
      };
      const config = {
        'current-context': 'here',
        clusters: [{ name: 'here', cluster }],
        users: [{ name: 'here', user: { exec } }],
        contexts: [{ name: 'here', context: { cluster: 'here', user: 'here' } }],
      };
      await mkdir(join(folder, 'of', 'bin'), { recursive: true });
      await writeFile(kubeconfig(), JSON.stringify(config));
    }
    const ask = async () => (await openCluster({ kubeconfig: kubeconfig() }, reach)).call(call);

    it.each(['./bin/plugin', 'bin/plugin'])(
      'runs %s in the folder of the file',
      async (command) => {
        await give(command);
        const status = {
          token: 'of-the-program',
          clientCertificateData: String(pem('client.crt')),
          clientKeyData: String(pem('client.key')),
        };
        const plugin = join(folder, 'of', 'bin', 'plugin');
        await writeFile(plugin, `#!/bin/sh\ncat <<'END'\n${JSON.stringify({ status })}\nEND\n`);
        await chmod(plugin, 0o755);
        expect((await ask()).json).toEqual({ token: 'Bearer of-the-program', name: 'CN=trainer' });
      },
    );

    it.each([
      ['a program that fails', 'sh', 'echo s3cret >&2; exit 3', 'it ended with exit code 3.'],
      ['one that is killed', 'sh', 'echo s3cret; kill -9 $$', 'it was ended by SIGKILL.'],
      ['one that is not there', 'bin/none', 's3cret', 'it could not be run (ENOENT).'],
    ])('of %s, names the program and how it ended only', async (_, command, script, words) => {
      await give(command, ['-c', script]);
      const error = await ask().catch((cause: unknown) => cause);
      expect(String(error)).toContain(`Running ${command}, which gives the credential: ${words}`);
      expect(inspect(error, { depth: 9 })).not.toContain('s3cret');
    });
  });
});
