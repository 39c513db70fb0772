import { X509Certificate } from 'node:crypto';
import { type PublicKey, withId } from '../keys.ts';
import { NotProven } from '../not-proven.ts';

/** Extended key usage "code signing", RFC 5280. */
const CODE_SIGNING = '1.3.6.1.5.5.7.3.3';

/**
 * The key of the first certificate, whose issuers lead to one of `roots`. As the reference implementation does,
 * all of them must be valid at the moment from which the signing certificate is: signatures outlive certificates,
 * and nothing in a bundle without a timestamp proves when it was signed.
 * @param chain DER, the signing certificate first
 * @param roots PEM, one or several certificates that are trusted
 * @throws NotProven if the chain does not lead to a root, or the certificate is not for signing
 */
export function certifiedKey(chain: readonly Buffer[], roots: string): PublicKey {
  const trusted = (
    roots.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? []
  ).map((pem) => certificateOf(pem));
  if (trusted.length === 0) throw new NotProven('The file of trusted roots has no certificate.');
  const [signing, ...others] = chain.map((der) => certificateOf(der));
  if (!signing) throw new NotProven('The bundle has no certificate.');
  if (!signing.keyUsage?.includes(CODE_SIGNING))
    throw new NotProven('The certificate may not be used to sign (extended key usage).');
  requireTrusted(signing, others, trusted);
  return withId(signing.publicKey);
}

function requireTrusted(
  signing: X509Certificate,
  others: readonly X509Certificate[],
  trusted: readonly X509Certificate[],
): void {
  const at = new Date(signing.validFrom);
  let last = signing;
  for (let depth = 0; depth <= others.length; depth += 1) {
    const current = last;
    if (trusted.some((root) => isIssuedBy(current, root) && isValid(root, at))) return;
    const issuer = others.find(
      (one) => one !== current && isIssuedBy(current, one) && isValid(one, at),
    );
    if (!issuer) break;
    last = issuer;
  }
  throw new NotProven(
    `The certificate of "${oneLine(signing.subject)}" does not lead to a trusted root.`,
  );
}

const isIssuedBy = (one: X509Certificate, issuer: X509Certificate): boolean =>
  issuer.ca && one.checkIssued(issuer) && one.verify(issuer.publicKey);

const isValid = ({ validFrom, validTo }: X509Certificate, at: Date): boolean =>
  new Date(validFrom) <= at && at <= new Date(validTo);

const oneLine = (text: string): string => text.replaceAll('\n', ', ');

function certificateOf(bytes: Buffer | string): X509Certificate {
  try {
    return new X509Certificate(bytes);
  } catch (cause) {
    throw new NotProven('A certificate cannot be read.', { cause });
  }
}
