import { createHash, generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { seal } from '../../../src/proof/envelope.ts';
import { privateKeyOf, publicKeyOf } from '../../../src/proof/keys.ts';
import { statementAbout } from '../../../src/proof/model-signing/bundle.ts';
import { signModel } from '../../../src/proof/model-signing/sign.ts';
import { verifyModel } from '../../../src/proof/model-signing/verify.ts';
import { IN_TOTO } from '../../../src/proof/statement.ts';

/**
 * The test vectors of the OpenSSF Model Signing specification v1.0, with the keys and files of its reference
 * implementation (github.com/sigstore/model-transparency, e343073, Apache-2.0).
 */
const read = (name: string) =>
  readFileSync(new URL(`../../reference/model-signing/${name}`, import.meta.url), 'utf8');
const key = publicKeyOf(read('keys/signing-key-pub.pem'));
const roots = read('keys/ca-cert.pem');
const shaOf = (name: string) =>
  createHash('sha256')
    .update(read(`model/${name}`))
    .digest('hex');
const files = ['signme-1', 'signme-2'].map((name) => ({ name, sha256: shaOf(name) }));

function keyPair(curve = 'P-256') {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: curve });
  return privateKeyOf(privateKey.export({ type: 'pkcs8', format: 'pem' }).toString());
}

describe('proof/model-signing, the vectors of the specification', () => {
  it('accepts the signature by a key', () => {
    expect(verifyModel(read('valid/key.bundle.json'), { keys: [key] })).toMatchObject({ files });
  });

  it('accepts the signature by a certificate', () => {
    expect(verifyModel(read('valid/certificate.bundle.json'), { roots })).toMatchObject({ files });
  });

  it('refuses the method sigstore, and says why', () => {
    expect(() => verifyModel(read('valid/sigstore.bundle.json'), { keys: [key], roots })).toThrow(
      'cannot be verified without the internet',
    );
  });

  it.each([
    ['invalid/empty.bundle.json', 'is empty'],
    ['invalid/missing-envelope.bundle.json', 'dsseEnvelope'],
    ['invalid/missing-verification-material.bundle.json', 'verificationMaterial'],
    ['invalid/missing-tlog-entries.bundle.json', 'no entry of a transparency log'],
    ['invalid-payload/wrong-predicate.bundle.json', 'None of the trusted keys'],
  ])('refuses %s', (name, why) => {
    expect(() => verifyModel(read(name), { keys: [key], roots })).toThrow(why);
  });
});

describe('proof/model-signing', () => {
  it.each(['P-256', 'P-384', 'P-521'])('verifies what it signed with %s', (curve) => {
    const mine = keyPair(curve);
    const text = JSON.stringify(signModel('flights', files, mine));
    expect(verifyModel(text, { keys: [key, mine] })).toEqual({
      ...{ model: 'flights', files, ignored: [] },
    });
  });

  it('refuses another key, also under the hint of the trusted one', () => {
    const [mine, other] = [keyPair(), keyPair()];
    const signed = signModel('flights', files, other);
    expect(() => verifyModel(JSON.stringify(signed), { keys: [mine] })).toThrow('not trusted here');
    signed.verificationMaterial.publicKey = { hint: mine.id };
    expect(() => verifyModel(JSON.stringify(signed), { keys: [mine] })).toThrow('None of');
  });

  it('refuses a certificate that leads to no trusted root, and one chain beside a key', () => {
    const text = read('valid/certificate.bundle.json');
    expect(() => verifyModel(text, { keys: [key] })).toThrow('no root to trust');
    const bundle = JSON.parse(text);
    const [leaf] = bundle.verificationMaterial.x509CertificateChain.certificates;
    bundle.verificationMaterial.x509CertificateChain.certificates = [leaf];
    expect(() => verifyModel(JSON.stringify(bundle), { roots })).toThrow('does not lead to');
    bundle.verificationMaterial.publicKey = { hint: key.id };
    expect(() => verifyModel(JSON.stringify(bundle), { keys: [key], roots })).toThrow('one key or');
  });

  it('refuses a signed statement of another type, and a root that is not that of the files', () => {
    const mine = keyPair();
    const signedAs = (payload: string) =>
      JSON.stringify({
        ...signModel('flights', files, mine),
        dsseEnvelope: seal(IN_TOTO, Buffer.from(payload), mine, ''),
      });
    const honest = statementAbout('flights', files).toString();
    const verify = (payload: string) => verifyModel(signedAs(payload), { keys: [mine] });
    expect(verify(honest)).toMatchObject({ files });
    expect(() => verify(honest.replace('signature/v1.0', 'other/v1.0'))).toThrow('statement of');
    const [first] = files;
    const swapped = honest.replace(String(first?.sha256), 'ab'.repeat(32));
    expect(() => verify(swapped)).toThrow('not that of the files');
  });
});
