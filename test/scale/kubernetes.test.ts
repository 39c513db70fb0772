import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { promisify } from 'node:util';
import { it } from 'vitest';
import { engineContract } from '../contracts/engine.ts';
import { processesWith } from '../training/engines/processes.ts';
import { openSlots } from '../training/engines/slots.ts';

/** Of a real control plane whose pods are processes of this machine. */
const KUBECONFIG = process.env['WHEELHOUSE_TEST_KUBECONFIG'];

if (KUBECONFIG === undefined)
  it.skip(
    'engine kubernetes on a real control plane: set WHEELHOUSE_TEST_KUBECONFIG, see docs/engines.md',
  );
else
  engineContract('kubernetes', { open: (folder, objects) => onReal(KUBECONFIG, folder, objects) });

/** kubectl, as an independent client, creates the namespace and deletes pods. */
async function onReal(kubeconfig: string, folder: string, objects: Record<string, string>) {
  const slots = await openSlots(objects);
  const namespace = `wheelhouse-${randomUUID().slice(0, 8)}`;
  const kubectl = (...words: string[]) =>
    promisify(execFile)('kubectl', ['--kubeconfig', kubeconfig, ...words]);
  await kubectl('create', 'namespace', namespace);
  return {
    settings: { kubeconfig, namespace, image: 'any', folder },
    parts: { signed: slots.signed },
    alive: async (word: string) => processesWith(word).length,
    async lose({ id }: { id: string }) {
      const here = ['-n', namespace];
      const which = ['-l', `batch.kubernetes.io/job-name=${id}`];
      const { stdout: pod } = await kubectl(...here, 'get', 'pod', ...which, '-o', 'name');
      const now = ['--force', '--grace-period=0', '--wait=false'];
      await kubectl(...here, 'delete', pod.trim(), ...now);
      // What a kubelet reports, or the garbage collector for pods of a lost node: this control plane's node does not.
      const failed = ['--subresource=status', '-p', '{"status":{"phase":"Failed"}}'];
      await kubectl(...here, 'patch', pod.trim(), ...failed);
    },
    async close() {
      await kubectl('delete', 'namespace', namespace, '--wait=false');
      await slots.close();
    },
  };
}
