import { seal } from '../envelope.ts';
import type { PrivateKey } from '../keys.ts';
import { IN_TOTO } from '../statement.ts';
import { MEDIA_TYPE, type SignedFile, type SignedModel, statementAbout } from './bundle.ts';

/**
 * Signs the files of a model in the OpenSSF Model Signing format v1.0, method `key`.
 * @param key ECDSA: `model_signing verify key` accepts no Ed25519 keys (1.1.1)
 */
export function signModel(
  name: string,
  files: readonly SignedFile[],
  key: PrivateKey,
): SignedModel {
  return {
    mediaType: MEDIA_TYPE,
    verificationMaterial: { publicKey: { hint: key.id }, tlogEntries: [] },
    dsseEnvelope: seal(IN_TOTO, statementAbout(name, files), key, ''),
  };
}
