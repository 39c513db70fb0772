import { z } from 'zod';
import type { ModelSpec } from '../../core/model.ts';
import { filesOf } from './files.ts';
import { packagesOf } from './packages.ts';

const Versions = z.record(z.string(), z.string());
const Software = z.object({
  format: z.literal(1),
  /** Missing if there are too many. */
  files: Versions.optional(),
  packages: z.object({ node: Versions.optional(), python: Versions.optional() }),
});

/** What a training ran: the workspace's files by the hash of their content, and the versions of packages. */
export type Software = z.infer<typeof Software>;

/** The software of a workspace as it is now. */
export async function softwareOf({
  folder,
  programs,
}: Pick<ModelSpec, 'folder' | 'programs'>): Promise<Software> {
  const [files, packages] = await Promise.all([
    filesOf(folder),
    packagesOf(folder, [programs.dataset, programs.train]),
  ]);
  return { format: 1, ...(files && { files }), packages };
}

/** Of this machine. */
export const runtimeNow = (): Record<string, string> => ({
  node: process.version,
  platform: process.platform,
  arch: process.arch,
});

/** The same software gives the same bytes, so that it is stored once. */
export const toBytes = (software: Software): Uint8Array =>
  Buffer.from(JSON.stringify(software), 'utf8');

/** Throws if the bytes are not what `toBytes` wrote. */
export const fromBytes = (bytes: Uint8Array): Software =>
  Software.parse(JSON.parse(Buffer.from(bytes).toString('utf8')));

/** What was added, removed or changed between two versions of a record. */
export interface Change {
  name: string;
  before: string | undefined;
  now: string | undefined;
}

/** By name. Pure. */
export function changesIn(
  before: Readonly<Record<string, string>>,
  now: Readonly<Record<string, string>>,
): Change[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(now)])].sort();
  const at = (values: Readonly<Record<string, string>>, name: string) =>
    Object.hasOwn(values, name) ? values[name] : undefined;
  return names
    .map((name) => ({ name, before: at(before, name), now: at(now, name) }))
    .filter(({ before: old, now: current }) => old !== current);
}
