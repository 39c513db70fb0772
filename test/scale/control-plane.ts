import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Place } from '../training/engines/ground.ts';

/** Of a real control plane whose pods are processes of this machine. */
export const KUBECONFIG = process.env['WHEELHOUSE_TEST_KUBECONFIG'];

/** kubectl, which nobody here wrote, makes the namespace and takes pods away. */
export async function onReal(folder: string): Promise<Place> {
  const kubeconfig = KUBECONFIG ?? '';
  const namespace = `wheelhouse-${randomUUID().slice(0, 8)}`;
  const kubectl = (...words: string[]) =>
    promisify(execFile)('kubectl', ['--kubeconfig', kubeconfig, ...words]);
  await kubectl('create', 'namespace', namespace);
  return {
    settings: { kubeconfig, namespace, image: 'any', folder: join(folder, 'workspace') },
    async lose({ id }) {
      const here = ['-n', namespace];
      const which = ['-l', `batch.kubernetes.io/job-name=${id}`];
      const { stdout: pod } = await kubectl(...here, 'get', 'pod', ...which, '-o', 'name');
      const now = ['--force', '--grace-period=0', '--wait=false'];
      await kubectl(...here, 'delete', pod.trim(), ...now);
      // What a kubelet reports, or whoever collects the pods of a node that is gone: that node here does not.
      const failed = ['--subresource=status', '-p', '{"status":{"phase":"Failed"}}'];
      await kubectl(...here, 'patch', pod.trim(), ...failed);
    },
    async left() {
      const which = ['--field-selector', 'status.phase!=Succeeded,status.phase!=Failed'];
      const { stdout } = await kubectl('-n', namespace, 'get', 'pods', ...which, '-o', 'name');
      return stdout.split('\n').filter((line) => line !== '');
    },
    async close() {
      await kubectl('delete', 'namespace', namespace, '--wait=false');
    },
  };
}
