import type { S3ClientConfig } from '@aws-sdk/client-s3';
import { WheelhouseError } from '../core/errors.ts';
import type { Connection, Origin } from './connection.ts';

export type Credentials = Extract<S3ClientConfig['credentials'], { accessKeyId: string }>;

/** The environment variables with credentials; those of others than AWS's own begin with another word. */
export const credentialVariables = (word = 'AWS'): [string, string, string] => [
  `${word}_ACCESS_KEY_ID`,
  `${word}_SECRET_ACCESS_KEY`,
  `${word}_SESSION_TOKEN`,
];

/**
 * What these variables hold; the third one may be missing.
 * @param without what does not happen if they are not set, as the end of a sentence
 */
export function credentialsFrom(
  secret: (variable: string) => string | undefined,
  { bucket }: Pick<Connection, 'bucket'>,
  { variables, page }: Origin,
  without: string,
): Credentials {
  const [accessKeyId, secretAccessKey, sessionToken] = variables.map(secret);
  if (accessKeyId === undefined || secretAccessKey === undefined)
    throw new WheelhouseError(
      'user',
      `Opening the bucket ${bucket}: ${variables[accessKeyId === undefined ? 0 : 1]} is not set, so ${without}.`,
      { next: `Set it where this role runs: ${page}#credentials.` },
    );
  return { accessKeyId, secretAccessKey, ...(sessionToken && { sessionToken }) };
}
