import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deploy } from '../../jobs/deploy.ts';
import { digestOfEvidence } from '../../src/core/evidence.ts';
import { openPrivateKey } from '../../src/proof/key-files.ts';
import { pemOf } from '../../src/proof/keys.ts';
import { checkBundle } from '../../src/wiring/proof/check.ts';
import { collectBundle } from '../../src/wiring/proof/collect.ts';
import { FILES } from '../../src/wiring/proof/files.ts';
import { runVerify } from '../../src/wiring/proof/verify.ts';
import { openHarness } from '../jobs/harness.ts';
import { biased } from '../serving/world.ts';

const harness = await openHarness();
const { approvals, artifacts, audit, clock, keys, registry } = harness;
const ABOUT = { model: 'flights', version: 1, environment: 'production' };
let files: Map<string, Buffer>;
let folder: string;
afterAll(async () => {
  await harness.end();
  await rm(folder, { recursive: true, force: true });
});

beforeAll(async () => {
  const artifact = await artifacts.putBytes(biased(0));
  const window = { from: new Date(0), to: new Date(86_400_000) };
  const version = await registry.versions.register({
    ...{ model: 'flights', run: 'run-1', artifact, parameters: { trees: 5 }, reported: {} },
    ...{ dataset: { window, sha256: 'd'.repeat(64), rows: 100 }, runtime: {}, createdBy: 'dev' },
    code: { revision: 'abc', dirty: false },
  });
  await registry.versions.addEvaluation({
    ...{ version: version.id, metrics: { auc: 0.69534217, logLoss: 0.4795128 }, at: clock.now() },
    ...{ dataset: { window, sha256: 'e'.repeat(64), rows: 100 }, reference: 'f'.repeat(64) },
  });
  const event = (id: string, action: 'version.register' | 'promotion.requested', subject: string) =>
    audit.append({ ...{ id, action, subject, by: 'dev', model: 'flights', via: 'queue' } });
  await event('registered', 'version.register', version.id);
  const { id } = await approvals.request({
    ...{ ...ABOUT, id: 'approval-1', requestedBy: 'dev', needed: 1 },
  });
  const shown = { artifact: artifact.sha256, gates: [], metrics: { auc: 0.7 } };
  const evidence = { ...shown, digest: digestOfEvidence(shown) };
  await approvals.open(id, evidence, new Date(clock.now().getTime() + 3_600_000));
  await event('asked', 'promotion.requested', id);
  const voted = await harness.vote(id, 'lead');
  await audit.append({
    ...{ id: 'voted', by: 'lead', action: 'approval.approve', subject: id, via: 'web' },
    ...{ model: 'flights', after: { reason: 'the slices look right\n# [ok](http://x)' } },
  });
  if (voted) await approvals.decide(voted, 'approved', 'Approved by lead.');
  expect(await harness.perform(deploy, { approval: id })).toBeUndefined();
  files = new Map(await collectBundle(ABOUT, { registry, artifacts, keys }));
  folder = await mkdtemp(join(tmpdir(), 'wheelhouse-bundle-'));
  for (const [name, bytes] of files) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), bytes);
  }
});

it('has a card with rounded figures, and what voters said, as text', () => {
  const card = files.get('card.md')?.toString() ?? '';
  expect(card).toMatch(/^- AUC 0\.695\. \(/m);
  expect(card).toMatch(/^- log loss 0\.480\. \(/m);
  expect(card).toContain('Reason: the slices look right \\# \\[ok\\](http://x)');
  expect(card).not.toContain('0.69534217');
});

const verify = async (...words: string[]) => {
  const said: string[] = [];
  const code = await runVerify([folder, ...words], { write: (text) => said.push(text) });
  return { code, said: said.join('') };
};
/** Verified with the tools of PyPI by `pypi/verify.py`. */
const FIXTURE = fileURLToPath(new URL('pypi/bundle', import.meta.url));

const wrong = (changed: ReadonlyMap<string, Buffer>) =>
  checkBundle(changed).filter(({ why }) => why !== undefined);

describe('the bundle of a version', () => {
  it('has all files, and verifies with the public key alone', async () => {
    expect([...files.keys()].toSorted()).toEqual(Object.values(FILES).toSorted());
    const trusted = `${folder}-key.pem`;
    await writeFile(trusted, pemOf((await openPrivateKey(keys, 'ticket')).key));
    const { code, said } = await verify('--key', trusted);
    await rm(trusted);
    expect(said).not.toContain('✖');
    expect(said).toContain('✔ the evidence is what the voters saw');
    expect(code).toBe(0);
    expect((await verify()).said).toContain('Pass the public key that you trust with --key.');
    await expect(verify('--key', trusted)).rejects.toMatchObject({
      message: expect.stringContaining('so nothing was checked'),
      next: expect.stringContaining('keys/public of the state folder'),
    });
  });

  it('has a card whose sentences link events, and says unknown where nothing is known', () => {
    const card = files.get(FILES.cardText)?.toString();
    expect(card).toMatch(/lead approved from web at .* \(\[event \d+\]\(audit\.json\)/);
    expect(card).toMatch(/100 rows from .*\(\[event \d+\]\(audit\.json\), \[record\.json\]/);
    expect(card).toContain('## Gates\n\n- unknown');
  });

  it('is refused with another key, and by exit code 1', async () => {
    const other = `${folder}-other.pem`;
    await writeFile(other, pemOf((await openPrivateKey(keys, 'witness')).key));
    const { code, said } = await verify('--key', other);
    await rm(other);
    expect({ code, said }).toMatchObject({
      code: 1,
      said: expect.stringContaining('not the given one'),
    });
  });

  it('shows each changed, missing or added file', () => {
    for (const [name, bytes] of files) {
      for (const at of [0, bytes.length >> 1, bytes.length - 3]) {
        const flipped = Buffer.from(bytes);
        flipped[at] = (flipped[at] ?? 0) ^ 1;
        expect(wrong(new Map([...files, [name, flipped]])), `${name} at ${at}`).not.toEqual([]);
      }
      const without = new Map([...files].filter(([other]) => other !== name));
      expect(wrong(without), `without ${name}`).not.toEqual([]);
    }
    expect(wrong(new Map([...files, ['notes.md', Buffer.from('x')]]))).toMatchObject([
      { why: 'notes.md is not part of a bundle' },
    ]);
  });

  it('is one that other people’s tools accept: what they verified still verifies here', async () => {
    if (process.env['WHEELHOUSE_WRITE_FIXTURE']) await cp(folder, FIXTURE, { recursive: true });
    const said: string[] = [];
    const code = await runVerify([FIXTURE], { write: (text) => said.push(text) });
    expect({ code, said: said.join('') }).toEqual({
      code: 0,
      said: expect.not.stringContaining('✖'),
    });
    const verified = await readFile(join(FIXTURE, '..', 'verified.txt'), 'utf8');
    expect(verified).toContain('securesystemslib 1.6.0: the ticket is signed by');
    expect(verified).toContain('model-signing 1.1.1: Verification succeeded');
  });

  it('is refused for a version without a ticket', async () => {
    const staging = collectBundle(
      { ...ABOUT, environment: 'staging' },
      { registry, artifacts, keys },
    );
    await expect(staging).rejects.toThrow('has no ticket for staging');
    const missing = collectBundle({ ...ABOUT, version: 99 }, { registry, artifacts, keys });
    await expect(missing).rejects.toThrow(/has no version 99/);
  });
});
