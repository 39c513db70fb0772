import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** Why a request is refused, as an S3 error code. */
export class Refusal extends Error {
  readonly status: number;
  readonly code: string;
  constructor(status: number, code: string, message: string = code) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

interface Keys {
  accessKeyId: string;
  secretAccessKey: string;
}

const SKEW_MS = 15 * 60_000;

/**
 * Checks a version 4 signature, in the header or in the address, as
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-authenticating-requests.html describes it.
 * @returns the hash of the signed body; undefined if none was signed
 */
export function checkSignature(
  request: IncomingMessage,
  keys: Keys,
  now: Date,
): string | undefined {
  const url = new URL(request.url ?? '/', 'http://double');
  const presigned = url.searchParams.get('X-Amz-Signature');
  const given = presigned === null ? fromHeader(request) : fromQuery(url);
  const [id, day, region, service, end] = given.credential.split('/');
  if (id !== keys.accessKeyId) throw new Refusal(403, 'InvalidAccessKeyId');
  if (service !== 's3' || end !== 'aws4_request')
    throw new Refusal(400, 'AuthorizationHeaderMalformed');
  const at = momentOf(given.date);
  if (given.expires === undefined && Math.abs(now.getTime() - at.getTime()) > SKEW_MS)
    throw new Refusal(403, 'RequestTimeTooSkewed');
  if (given.expires !== undefined && now.getTime() > at.getTime() + given.expires * 1000)
    throw new Refusal(403, 'AccessDenied', 'Request has expired');
  const payload =
    presigned === null ? String(request.headers['x-amz-content-sha256']) : 'UNSIGNED-PAYLOAD';
  const canonical = [
    request.method,
    (request.url ?? '/').split('?')[0],
    queryOf(request.url ?? ''),
    ...given.signed.map((name) => `${name}:${String(request.headers[name] ?? '').trim()}`),
    '',
    given.signed.join(';'),
    payload,
  ].join('\n');
  const scope = `${day}/${region}/s3/aws4_request`;
  const text = ['AWS4-HMAC-SHA256', given.date, scope, sha256(canonical)].join('\n');
  const key = [day ?? '', region ?? '', 's3', 'aws4_request'].reduce<string | Buffer>(
    (secret, part) => createHmac('sha256', secret).update(part).digest(),
    `AWS4${keys.secretAccessKey}`,
  );
  const expected = createHmac('sha256', key).update(text).digest();
  const signature = Buffer.from(given.signature, 'hex');
  if (signature.length !== expected.length || !timingSafeEqual(signature, expected))
    throw new Refusal(403, 'SignatureDoesNotMatch');
  if (!given.signed.includes('host')) throw new Refusal(403, 'AccessDenied', 'host is not signed');
  return payload === 'UNSIGNED-PAYLOAD' ? undefined : payload;
}

function fromHeader({ headers }: IncomingMessage) {
  const words =
    /^AWS4-HMAC-SHA256 Credential=([^,]+), ?SignedHeaders=([^,]+), ?Signature=(\w+)$/.exec(
      headers.authorization ?? '',
    );
  if (!words) throw new Refusal(403, 'AccessDenied', 'the request is not signed');
  const [, credential = '', signed = '', signature = ''] = words;
  const date = String(headers['x-amz-date']);
  return { credential, signed: signed.split(';'), signature, date, expires: undefined };
}

function fromQuery({ searchParams }: URL) {
  const of = (name: string) => searchParams.get(`X-Amz-${name}`) ?? '';
  return {
    ...{ credential: of('Credential'), signature: of('Signature'), date: of('Date') },
    ...{ signed: of('SignedHeaders').split(';'), expires: Number(of('Expires')) },
  };
}

/** As it was sent, sorted, without the signature. */
function queryOf(url: string): string {
  const [, query = ''] = url.split('?');
  return query
    .split('&')
    .filter((pair) => pair !== '' && !pair.startsWith('X-Amz-Signature='))
    .map((pair) => (pair.includes('=') ? pair : `${pair}=`))
    .toSorted()
    .join('&');
}

function momentOf(date: string): Date {
  return new Date(date.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
