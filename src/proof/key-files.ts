import { generateKeyPairSync, randomUUID } from 'node:crypto';
import {
  appendFile,
  link,
  mkdir,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { WheelhouseError } from '../core/errors.ts';
import { type PrivateKey, type PublicKey, pemOf, privateKeyOf, publicKeyOf } from './keys.ts';

/**
 * `ticket` and `model`: held by the policy process, for tickets and for model files. `witness`: held by the bot,
 * for receipts of votes.
 */
export type KeyKind = 'ticket' | 'model' | 'witness';

const FOLDERS: Readonly<Record<KeyKind, string>> = {
  ticket: 'policy',
  model: 'policy',
  witness: 'witness',
};

/**
 * The private key of this process, from `keys/policy` or `keys/witness`; the first process makes it.
 * @param dir the folder `keys` of the state folder
 */
export async function openPrivateKey(dir: string, kind: KeyKind): Promise<PrivateKey> {
  const folder = join(dir, FOLDERS[kind]);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const file = join(folder, `${kind}.pem`);
  const pem = (await textOf(file)) ?? (await create(file, () => newKey(kind), 0o600));
  return readable(file, () => privateKeyOf(pem));
}

/** Writes the public key to `keys/public`, where it stays when the private key is replaced. */
export async function publishKey(dir: string, kind: KeyKind, key: PublicKey): Promise<void> {
  const shown = join(dir, 'public');
  await mkdir(shown, { recursive: true, mode: 0o755 });
  await create(join(shown, `${kind}-${key.id.slice(0, 16)}.pem`), () => pemOf(key.key), 0o644);
}

/**
 * The newest key of a kind. Undefined if no process with one has been ready here, or if it is revoked: then another one
 * is on its way.
 */
export async function currentKey(dir: string, kind: KeyKind): Promise<KnownKey | undefined> {
  const [newest] = await allKeys(dir, [kind]);
  return newest?.revoked ? undefined : newest;
}

export interface KnownKey {
  kind: KeyKind;
  /** Its first 16 digits. */
  id: string;
  made: Date;
  revoked: boolean;
}

/** All keys of these kinds that were ever published here, newest first. */
export async function allKeys(
  dir: string,
  kinds: readonly KeyKind[] = ['ticket', 'model', 'witness'],
): Promise<KnownKey[]> {
  const revoked = await revokedKeys(dir);
  const found = await Promise.all(
    kinds.map(async (kind) =>
      Promise.all(
        (await namesOf(dir, kind)).map(async (name) => {
          const id = name.slice(kind.length + 1, -'.pem'.length);
          const { mtime: made } = await stat(join(dir, 'public', name));
          return { kind, id, made, revoked: revoked.some((one) => one.startsWith(id)) };
        }),
      ),
    ),
  );
  return found.flat().toSorted((a, b) => b.made.getTime() - a.made.getTime());
}

const isKind = (name: string): name is KeyKind => name in FOLDERS;

/**
 * Moves private keys that are revoked out of the way, so that new ones are made; true if there were some. Of several
 * processes with one folder, each may find it done.
 */
export async function retireRevoked(dir: string, folder: 'policy' | 'witness'): Promise<boolean> {
  const revoked = await revokedKeys(dir);
  let some = false;
  for (const kind of Object.keys(FOLDERS)) {
    if (!isKind(kind) || FOLDERS[kind] !== folder || revoked.length === 0) continue;
    const file = join(dir, folder, `${kind}.pem`);
    const pem = await textOf(file);
    if (pem === undefined) continue;
    const { id } = readable(file, () => privateKeyOf(pem));
    if (!revoked.some((start) => id.startsWith(start))) continue;
    await rename(file, join(dir, folder, `${kind}-${id.slice(0, 16)}.revoked.pem`)).catch(
      unlessMissing,
    );
    some = true;
  }
  return some;
}

/** Adds the ID of a key to those that are no longer trusted. Two at once both count. */
export async function revokeKey(dir: string, id: string, why: string): Promise<void> {
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const comment = why.replace(/\s+/g, ' ').trim();
  await appendFile(join(dir, 'revoked'), `\n${id} # ${comment}\n`, { mode: 0o644 });
}

async function namesOf(dir: string, kind: KeyKind): Promise<string[]> {
  const names = (await readdir(join(dir, 'public')).catch(unlessMissing)) ?? [];
  return names.filter((name) => name.startsWith(`${kind}-`) && name.endsWith('.pem')).toSorted();
}

/**
 * The public keys of one kind that may be relied on: those in `keys/public` without those in `keys/revoked`, one ID
 * a line (its first 16 digits are enough; `#` begins a comment).
 */
export async function trustedKeys(dir: string, kind: KeyKind): Promise<PublicKey[]> {
  const mine = await namesOf(dir, kind);
  const revoked = await revokedKeys(dir);
  const keys = await Promise.all(
    mine.map(async (name) => {
      const file = join(dir, 'public', name);
      const pem = await readFile(file, 'utf8');
      return readable(file, () => publicKeyOf(pem));
    }),
  );
  return keys.filter(({ id }) => !revoked.some((start) => id.startsWith(start)));
}

/** The IDs in `revoked`, as they are written there: 16 to 64 digits. */
export async function revokedKeys(dir: string): Promise<string[]> {
  const file = join(dir, 'revoked');
  const lines = ((await textOf(file)) ?? '')
    .split('\n')
    .map((line) => line.replace(/#.*/, '').trim());
  const ids = lines.filter((line) => line !== '');
  const wrong = ids.find((id) => !/^[0-9a-f]{16,64}$/.test(id));
  // Left out, it would leave a key trusted that somebody meant to revoke.
  if (wrong !== undefined)
    throw new WheelhouseError(
      'user',
      `${file} has a line that is not the ID of a key: "${wrong}".`,
      {
        next: 'Write the first 16 or all 64 hexadecimal digits of its ID. No ticket is accepted until then.',
      },
    );
  return ids;
}

/** Two processes at once: the first one's file stays, and both read it. */
async function create(file: string, content: () => string, mode: number): Promise<string> {
  const temporary = `${file}.${randomUUID()}`;
  await writeFile(temporary, content(), { mode });
  await link(temporary, file).catch((error: unknown) => {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  });
  await rm(temporary);
  return readFile(file, 'utf8');
}

/** `model_signing` has no Ed25519, so model files are signed with ECDSA. */
function newKey(kind: KeyKind): string {
  const { privateKey } =
    kind === 'model'
      ? generateKeyPairSync('ec', { namedCurve: 'P-256' })
      : generateKeyPairSync('ed25519');
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}

function readable<T>(file: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    throw new WheelhouseError('user', `Reading the key ${file}: it is damaged.`, {
      next: 'Restore it from a backup, or remove it: docs/proof.md#keys.',
      cause,
    });
  }
}

const textOf = (file: string): Promise<string | undefined> =>
  readFile(file, 'utf8').catch(unlessMissing);

function unlessMissing(error: unknown): undefined {
  if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
}
