import { createHmac } from 'node:crypto';

/**
 * The headers of a signed request, as Standard Webhooks (standardwebhooks.com) has them: HMAC-SHA256 of
 * `id.timestamp.body`, in base 64. A secret that begins with `whsec_` is base 64, any other is taken as it is.
 */
export function signedHeaders(
  secret: string,
  { id, at, body }: { id: string; at: Date; body: string },
): Record<string, string> {
  const timestamp = String(Math.floor(at.getTime() / 1000));
  const key = secret.startsWith('whsec_')
    ? Buffer.from(secret.slice('whsec_'.length), 'base64')
    : Buffer.from(secret, 'utf8');
  const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
  return {
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': `v1,${signature}`,
  };
}
