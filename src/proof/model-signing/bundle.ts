import { createHash } from 'node:crypto';
import { z } from 'zod';
import { EnvelopeShape } from '../envelope.ts';
import { NotProven } from '../not-proven.ts';
import { readStatement, statementOf } from '../statement.ts';

/** The OpenSSF Model Signing format v1.0: a Sigstore bundle around a DSSE envelope around a statement. */
export const MEDIA_TYPE = 'application/vnd.dev.sigstore.bundle.v0.3+json';
const PREDICATE = 'https://model_signing/signature/v1.0';

const Hex = z.string().regex(/^([0-9a-f]{2})+$/, 'expected hexadecimal digits');
const Certificate = z.object({ rawBytes: z.base64().min(1) });
const Material = z.object({
  publicKey: z.object({ hint: z.string().nullish() }).optional(),
  x509CertificateChain: z.object({ certificates: z.array(Certificate).min(1).max(16) }).optional(),
  certificate: Certificate.optional(),
  tlogEntries: z.array(z.unknown()).optional(),
});

export const BundleShape = z.strictObject({
  mediaType: z.string().regex(/^application\/vnd\.dev\.sigstore\.bundle/),
  verificationMaterial: Material,
  dsseEnvelope: EnvelopeShape,
});
export type SignedModel = z.infer<typeof BundleShape>;

const Predicate = z.object({
  resources: z.array(
    z.object({ name: z.string().min(1), digest: Hex, algorithm: z.literal('sha256') }),
  ),
  serialization: z.object({
    method: z.literal('files'),
    hash_type: z.literal('sha256'),
    allow_symlinks: z.boolean(),
    ignore_paths: z.array(z.string()).optional(),
  }),
});

/** One file of a signed model, with the SHA-256 of its bytes. */
export interface SignedFile {
  name: string;
  sha256: string;
}

/** The statement about a model that is a folder with these files, sorted by name as the format requires. */
export function statementAbout(name: string, files: readonly SignedFile[]): Buffer {
  const sorted = files.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  return statementOf(PREDICATE, {
    name,
    sha256: rootOf(sorted),
    predicate: {
      serialization: {
        ...{ method: 'files', hash_type: 'sha256', allow_symlinks: false },
        ignore_paths: [],
      },
      resources: sorted.map((file) => ({
        ...{ name: file.name, algorithm: 'sha256', digest: file.sha256 },
      })),
    },
  });
}

export interface SignedFiles {
  model: string;
  files: readonly SignedFile[];
  /** Names that the signer left out: nothing is known about them. */
  ignored: readonly string[];
}

/** @throws NotProven if it is not a statement of the format, or its root is not the hash of its files */
export function readFiles(payload: Uint8Array): SignedFiles {
  const { name, sha256, predicate } = readStatement(payload, PREDICATE, Predicate);
  const files = predicate.resources.map((one) => ({ name: one.name, sha256: one.digest }));
  if (rootOf(files) !== sha256)
    throw new NotProven('The hash of the model is not that of the files which it lists.');
  return { model: name, files, ignored: predicate.serialization.ignore_paths ?? [] };
}

/** SHA-256 over the digests of the files, one after the other. */
function rootOf(files: readonly SignedFile[]): string {
  const hash = createHash('sha256');
  for (const { sha256 } of files) hash.update(Buffer.from(sha256, 'hex'));
  return hash.digest('hex');
}
