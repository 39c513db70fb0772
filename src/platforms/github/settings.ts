import { createPrivateKey } from 'node:crypto';
import { z } from 'zod';
import { isSafeUrl } from '../safe-url.ts';

/** By environment variable. */
export const VARIABLES = z.object({
  GITHUB_APP_ID: z.string().regex(/^\d{1,12}$/, 'must be the number of the app'),
  /** As GitHub gives it: in PEM, with line breaks or with `\n`. */
  GITHUB_APP_PRIVATE_KEY: z
    .string()
    .transform((text) => text.replaceAll('\\n', '\n'))
    .refine(isRsaKey, 'must be a private RSA key in PEM, with its first and last line'),
  GITHUB_WEBHOOK_SECRET: z.string().min(16, 'must have at least 16 characters'),
  GITHUB_API_URL: z
    .url('must be an address')
    .refine(isSafeUrl, 'must begin with https://')
    .default('https://api.github.com')
    .transform((url) => url.replace(/\/+$/, '')),
});

export interface Settings {
  appId: string;
  privateKey: string;
  webhookSecret: string;
  api: string;
}

export function settingsFrom(read: z.output<typeof VARIABLES>): Settings {
  return {
    appId: read.GITHUB_APP_ID,
    privateKey: read.GITHUB_APP_PRIVATE_KEY,
    webhookSecret: read.GITHUB_WEBHOOK_SECRET,
    api: read.GITHUB_API_URL,
  };
}

function isRsaKey(pem: string): boolean {
  try {
    return createPrivateKey(pem).asymmetricKeyType === 'rsa';
  } catch {
    return false;
  }
}
