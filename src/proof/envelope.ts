import { z } from 'zod';
import { isSignedBy, type PrivateKey, type PublicKey } from './keys.ts';
import { NotProven } from './not-proven.ts';

const Base64 = z.base64().min(1);

/** A DSSE envelope, https://github.com/secure-systems-lab/dsse/blob/v1.0.0/envelope.md. */
export const EnvelopeShape = z.strictObject({
  payload: Base64,
  payloadType: z.string().min(1),
  signatures: z
    .array(z.strictObject({ sig: Base64, keyid: z.string().nullish() }))
    .min(1)
    .max(16),
});
export type Envelope = z.infer<typeof EnvelopeShape>;

/**
 * What is signed: the type and the bytes, each with its length, so that no signature serves for another type.
 * The pre-authentication encoding of DSSE v1.0.
 */
export function encoded(payloadType: string, payload: Uint8Array): Buffer {
  const type = Buffer.from(payloadType);
  return Buffer.concat([
    Buffer.from(`DSSEv1 ${type.length} `),
    type,
    Buffer.from(` ${payload.length} `),
    payload,
  ]);
}

/** @param keyid the signer's ID in the envelope; the model signing format leaves it empty */
export function seal(
  payloadType: string,
  payload: Uint8Array,
  key: PrivateKey,
  keyid = key.id,
): Envelope {
  const sig = key.sign(encoded(payloadType, payload)).toString('base64');
  return {
    payload: Buffer.from(payload).toString('base64'),
    payloadType,
    signatures: [{ sig, keyid }],
  };
}

/**
 * The payload, and the key that signed it: one of `keys`, whatever the envelope says of its signers.
 * @throws NotProven if it is no envelope, has another payload type, or nobody of `keys` signed it
 */
export function unseal(
  envelope: unknown,
  payloadType: string,
  keys: readonly PublicKey[],
): { payload: Buffer; by: PublicKey } {
  const read = EnvelopeShape.safeParse(envelope);
  if (!read.success) throw new NotProven('It is not a DSSE envelope.', { cause: read.error });
  const { payload: text, payloadType: found, signatures } = read.data;
  if (found !== payloadType)
    throw new NotProven(`Its payload type is "${found}", not "${payloadType}".`);
  const payload = Buffer.from(text, 'base64');
  const signed = encoded(payloadType, payload);
  for (const { sig } of signatures) {
    const by = keys.find((key) => isSignedBy(key, signed, Buffer.from(sig, 'base64')));
    if (by) return { payload, by };
  }
  throw new NotProven('None of the trusted keys signed it.');
}
