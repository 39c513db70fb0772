import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { followKeys } from '../../src/proof/follow-keys.ts';
import { createJobOpener } from '../../src/proof/job-seal.ts';
import {
  allKeys,
  currentKey,
  openPrivateKey,
  publishKey,
  retireRevoked,
  revokeKey,
  trustedKeys,
} from '../../src/proof/key-files.ts';
import { createTicketCheck } from '../../src/proof/ticket-check.ts';
import { openWitness } from '../../src/proof/witness.ts';
import { runKeys } from '../../src/wiring/proof/keys.ts';

const folders: string[] = [];
let home = '';
let dir = '';
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'wheelhouse-keys-'));
  folders.push(home);
  dir = join(home, 'keys');
});
afterAll(async () => {
  for (const folder of folders) await rm(folder, { recursive: true });
});

const made = async (kind: 'ticket' | 'model' | 'witness') => {
  const key = await openPrivateKey(dir, kind);
  await publishKey(dir, kind, key);
  return key;
};
async function run(...words: string[]): Promise<string> {
  let said = '';
  await runKeys(words, { write: (text) => (said += text) }, { home });
  return said;
}

describe('npx wheelhouse keys', () => {
  it('lists the keys, and revokes one', async () => {
    expect(await run('list')).toContain('There are no keys here yet');
    const [ticket, witness] = [await made('ticket'), await made('witness')];
    const short = ticket.id.slice(0, 16);
    const said = await run('revoke', short.toUpperCase(), '--reason', 'the backup\nwas public');
    expect(said).toContain(`Revoked the key of tickets ${short}.\nRunning gateways notice`);
    expect(await run('list')).toMatch(new RegExp(`^${short}  ticket   .*  revoked$`, 'm'));
    const { keys } = JSON.parse(await run('list', '--json'));
    expect(keys).toContainEqual(
      expect.objectContaining({ id: witness.id.slice(0, 16), kind: 'witness', revoked: false }),
    );
    expect(await readFile(join(dir, 'revoked'), 'utf8')).toMatch(
      new RegExp(`^${short} # \\d{4}-\\S+Z the backup was public$`, 'm'),
    );
    expect(await trustedKeys(dir, 'ticket')).toEqual([]);
    await expect(run('revoke', ticket.id, '--reason', 'again')).rejects.toThrow('revoked already');
  });

  it.each([
    [[], '"keys" takes "list", "create", or "revoke"'],
    [['list', 'all'], '"keys" takes "list"'],
    [['revoke'], '"keys" takes "list"'],
    [['revoke', 'all', '--reason', 'x'], '16 to 64 hexadecimal digits. Nothing was revoked'],
    [['revoke', 'a'.repeat(16)], '"--reason" is missing'],
    [['revoke', 'a'.repeat(16), '--reason', 'x'], 'There is no key aaaaaaaaaaaaaaaa'],
    [['list', '--reson', 'x'], 'reson'],
  ])('refuses %s, and changes nothing', async (words, why) => {
    await made('ticket');
    await expect(run(...words)).rejects.toThrow(why);
    expect(await readdir(dir)).not.toContain('revoked');
  });
});

describe('a revoked key', () => {
  it('is replaced by its role, also by two at once, and others stay', async () => {
    const [ticket, model] = [await made('ticket'), await made('model')];
    expect(await retireRevoked(dir, 'policy')).toBe(false);
    await revokeKey(dir, ticket.id.slice(0, 16), 'stolen');
    expect(await currentKey(dir, 'ticket')).toBeUndefined();
    expect(await retireRevoked(dir, 'witness')).toBe(false);
    const both = await Promise.all([1, 2].map(() => retireRevoked(dir, 'policy')));
    expect(both).toContain(true);
    expect(await retireRevoked(dir, 'policy')).toBe(false);
    const next = await made('ticket');
    expect(next.id).not.toBe(ticket.id);
    expect((await openPrivateKey(dir, 'model')).id).toBe(model.id);
    expect((await trustedKeys(dir, 'ticket')).map(({ id }) => id)).toEqual([next.id]);
    expect((await currentKey(dir, 'ticket'))?.id).toBe(next.id.slice(0, 16));
  });

  it('of the bot is replaced while it runs', async () => {
    const witness = await openWitness(dir);
    expect(await witness.renew()).toBe(false);
    const [first] = await allKeys(dir);
    await revokeKey(dir, first?.id ?? '', 'stolen');
    expect(await witness.renew()).toBe(true);
    expect((await allKeys(dir)).map(({ revoked }) => revoked).toSorted()).toEqual([false, true]);
    expect(JSON.stringify(witness.seal('inbound', {}))).not.toContain(first?.id);
  });

  it('is added to a file that somebody has written without a last newline', async () => {
    const [ticket, model] = [await made('ticket'), await made('model')];
    await writeFile(join(dir, 'revoked'), ticket.id);
    await revokeKey(dir, model.id, 'stolen');
    expect((await allKeys(dir)).map(({ revoked }) => revoked)).toEqual([true, true]);
  });

  it('is noticed by whoever asks, and a line that is not understood takes no key away', async () => {
    const ticket = await made('ticket');
    const failed: unknown[] = [];
    const keys = followKeys(dir, 'ticket', (error) => failed.push(error));
    expect((await keys()).map(({ id }) => id)).toEqual([ticket.id]);
    await writeFile(join(dir, 'revoked'), 'the first one\n');
    await expect(followKeys(dir, 'ticket')()).rejects.toThrow('not the ID of a key');
    await expect.poll(async () => (await keys()).length + failed.length, WITHIN).toBe(2);
    await writeFile(join(dir, 'revoked'), ticket.id);
    await expect.poll(async () => (await keys()).length, WITHIN).toBe(0);
  });

  const WITHIN = { timeout: 60_000 };
});

describe('a new key', () => {
  it('is known at once to whoever found the folder empty, or knew another one, a moment before', async () => {
    const check = createTicketCheck({ of: async () => [] }, dir);
    const subject = { model: 'flights', version: 1, environment: 'production', artifact: 'a' };
    expect(await check.ready()).toBe(false);
    expect(await check.whyNot(subject)).toContain('no key of a policy process is trusted here');
    await made('ticket');
    expect(await check.ready()).toBe(true);
    expect(await check.whyNot(subject)).not.toContain('no key');

    const open = createJobOpener(dir);
    const first = await openWitness(dir);
    expect((await open('inbound', first.seal('inbound', { n: 1 }))).payload).toEqual({ n: 1 });
    await revokeKey(dir, (await currentKey(dir, 'witness'))?.id ?? '', 'stolen');
    await first.renew();
    expect((await open('inbound', first.seal('inbound', { n: 2 }))).payload).toEqual({ n: 2 });
  });
});
