import { S3ServiceException } from '@aws-sdk/client-s3';
import { isDiskFull } from '../core/disk.ts';
import { inWords, Unreachable, WheelhouseError } from '../core/errors.ts';
import type { Origin } from './connection.ts';

/** What is done, for errors: `Storing x`; the right that it needs; what does not happen if it fails. */
export interface Activity {
  what: string;
  right: string;
  without: string;
}

interface Where {
  bucket: string;
  prefix: string;
  endpoint: string | undefined;
  origin: Origin;
  /** Its time was over. */
  late: boolean;
  ms: number;
}

/** The status that the server answered with; undefined if the error is not an answer of a server. */
export const statusOf = (error: unknown): number | undefined =>
  error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined;

/** What went wrong, which right is missing in which bucket, and what was therefore not done. */
export function describeFailure(
  cause: unknown,
  { what, right, without }: Activity,
  where: Where,
): unknown {
  // Errors of this machine say what they are about.
  if (cause instanceof WheelhouseError || isDiskFull(cause)) return cause;
  const { bucket, prefix, origin } = where;
  const [id, key] = origin.variables;
  const failed = (why: string, next: string, blame: 'upstream' | 'user' = 'upstream') =>
    blame === 'user'
      ? new WheelhouseError(blame, `${what} in the bucket ${bucket}: ${why}, so ${without}.`, {
          next,
          cause,
        })
      : new Unreachable(`${what} in the bucket ${bucket}: ${why}, so ${without}.`, { next, cause });
  const name = cause instanceof Error ? cause.name : '';
  const status = statusOf(cause);
  if (/^(InvalidAccessKeyId|SignatureDoesNotMatch|InvalidToken|ExpiredToken)$/.test(name))
    return failed(
      `the server does not accept the credentials of this role (${name})`,
      `Check ${id} and ${key}: ${origin.page}#credentials.`,
      'user',
    );
  if (name === 'RequestTimeTooSkewed')
    return failed('the clock of this machine is wrong', 'Set the clock, e.g. by NTP.', 'user');
  if (status === 403)
    return failed(
      `the server refused it with 403 ${name === '403' || name === 'Unknown' ? 'Forbidden' : name}`,
      `Give the credentials of this role ${right} on ${resources(right, bucket, prefix)}: ${origin.page}#rights.`,
      'user',
    );
  if (name === 'NoSuchBucket')
    return failed(
      'there is no such bucket',
      `Create it, or correct "${origin.keys}.bucket".`,
      'user',
    );
  const next = `It is tried again; if that goes on, see ${origin.page}#slow-or-unreachable.`;
  if (where.late || /timeout/i.test(name))
    return failed(
      where.late
        ? `it was not done after ${Math.round(where.ms / 1000)} s`
        : 'the server did not answer in time',
      next,
    );
  if (/checksum mismatch/i.test(inWords(cause)))
    return failed('its bytes were damaged on the way', next);
  if (status !== undefined)
    return failed(`the server answered ${status} ${name}: ${inWords(cause)}`, next);
  const address = where.endpoint === undefined ? 'the server' : new URL(where.endpoint).host;
  return failed(`${address} is unreachable (${inWords(cause) || name})`, next);
}

function resources(right: string, bucket: string, prefix: string): string {
  const all = right.includes('s3:ListBucket') ? [`arn:aws:s3:::${bucket}`] : [];
  if (right !== 's3:ListBucket')
    all.push(`arn:aws:s3:::${bucket}/${prefix === '' ? '' : `${prefix}/`}*`);
  return all.join(' and ');
}
