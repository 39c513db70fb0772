import { z } from 'zod';
import { unseal } from '../envelope.ts';
import type { PublicKey } from '../keys.ts';
import { NotProven } from '../not-proven.ts';
import { IN_TOTO } from '../statement.ts';
import { BundleShape, readFiles, type SignedFiles, type SignedModel } from './bundle.ts';
import { certifiedKey } from './certificates.ts';

/** Whom to trust: public keys for the method `key`, or root certificates (PEM) for `certificate`. */
export interface Trust {
  keys?: readonly PublicKey[];
  roots?: string;
}

/**
 * The files that a signature in the OpenSSF Model Signing format v1.0 covers.
 * @param text the bundle, as it is in the file
 * @throws NotProven if it is malformed, signed by nobody of `trust`, or of the method `sigstore`
 */
export function verifyModel(text: string, trust: Trust): SignedFiles {
  const bundle = readBundle(text);
  const { payload } = unseal(bundle.dsseEnvelope, IN_TOTO, keysFor(bundle, trust));
  return readFiles(payload);
}

function readBundle(text: string): SignedModel {
  if (text.trim() === '') throw new NotProven('The model signature is empty.');
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new NotProven('The model signature is not JSON.', { cause });
  }
  const read = BundleShape.safeParse(json);
  if (read.success) return read.data;
  throw new NotProven(
    `The model signature is not a bundle of the OpenSSF Model Signing format v1.0: ${z.prettifyError(read.error)}`,
  );
}

function keysFor({ verificationMaterial }: SignedModel, { keys, roots }: Trust): PublicKey[] {
  const { publicKey, x509CertificateChain: chain, certificate, tlogEntries } = verificationMaterial;
  const methods = [publicKey, chain, certificate].filter((one) => one !== undefined).length;
  if (methods !== 1)
    throw new NotProven('The model signature must name one key or one certificate chain.');
  if (certificate) {
    const lacks =
      (tlogEntries ?? []).length === 0
        ? 'It also has no entry of a transparency log, which that method requires. '
        : '';
    throw new NotProven(
      `The model signature is of the method "sigstore", which cannot be verified without the internet (Fulcio and Rekor). ${lacks}Nothing was verified.`,
      { next: 'Use "model_signing verify sigstore", or sign the model with a key.' },
    );
  }
  if (chain) {
    if (roots === undefined)
      throw new NotProven('The model signature has a certificate, but no root to trust was given.');
    const bytes = chain.certificates.map(({ rawBytes }) => Buffer.from(rawBytes, 'base64'));
    return [certifiedKey(bytes, roots)];
  }
  const hint = publicKey?.hint;
  const known = (keys ?? []).filter(({ id }) => hint === undefined || hint === null || id === hint);
  if (known.length === 0)
    throw new NotProven(
      `The model signature is by the key ${hint ?? 'unknown'}, which is not trusted here.`,
    );
  return known;
}
