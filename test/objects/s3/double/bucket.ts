import { createHash, randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { Refusal } from './signature.ts';

export interface Answer {
  status: number;
  headers?: Record<string, string>;
  xml?: string;
  body?: Buffer;
}

interface Asked {
  method: string;
  key: string;
  query: URLSearchParams;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

interface Kept {
  body: Buffer;
  at: Date;
  /** The checksum of a multipart upload: a hash of hashes. */
  checksum: string | undefined;
  headers: Record<string, string>;
}

const ENCRYPTION = 'x-amz-server-side-encryption';

/** A bucket as S3's documentation describes it. */
export class Bucket {
  readonly name: string;
  readonly objects = new Map<string, Kept>();
  readonly #uploads = new Map<string, { key: string; at: Date; parts: Map<number, Buffer> }>();

  readonly #page: number;

  /** @param page keys per page of a listing: few, so that every test reads several pages */
  constructor(name: string, page: number) {
    this.name = name;
    this.#page = page;
  }

  answer(asked: Asked): Answer {
    const { method, key, query } = asked;
    const upload = query.get('uploadId');
    if (method === 'GET' && query.has('uploads')) return this.#listUploads(query);
    if (method === 'GET' && key === '') return this.#list(query);
    if (method === 'GET' || method === 'HEAD') return this.#get(asked);
    if (method === 'POST' && query.has('uploads')) return this.#begin(key);
    if (method === 'POST' && upload !== null) return this.#complete(asked, upload);
    if (method === 'PUT' && upload !== null) return this.#part(asked, upload);
    if (method === 'PUT') return this.#put(asked);
    if (method === 'DELETE' && upload !== null) return this.#abort(upload);
    if (method === 'DELETE') {
      this.objects.delete(key);
      return { status: 204 };
    }
    throw new Refusal(501, 'NotImplemented');
  }

  #get({ method, key, headers }: Asked): Answer {
    const kept = this.objects.get(key);
    if (!kept) throw new Refusal(404, method === 'HEAD' ? 'NotFound' : 'NoSuchKey');
    const shown = headers['x-amz-checksum-mode'] === 'ENABLED' && kept.checksum !== undefined;
    return {
      ...{ status: 200, body: kept.body },
      headers: {
        ...{ 'last-modified': kept.at.toUTCString(), etag: `"${hash(kept.body, 'hex')}"` },
        ...kept.headers,
        ...(shown && { 'x-amz-checksum-sha256': kept.checksum ?? '' }),
      },
    };
  }

  #put(asked: Asked): Answer {
    const { key, headers, body } = asked;
    const source = headers['x-amz-copy-source'];
    this.#require(asked);
    if (typeof source === 'string') {
      const from = decodeURIComponent(source).replace(/^\/?[^/]+\//, '');
      const copied = this.objects.get(from);
      if (!copied) throw new Refusal(404, 'NoSuchKey');
      if (from === key && headers['x-amz-metadata-directive'] !== 'REPLACE')
        throw new Refusal(400, 'InvalidRequest', 'copied to itself without changing anything');
      this.objects.set(key, { ...copied, at: new Date() });
      return { status: 200, xml: '<CopyObjectResult><ETag>"x"</ETag></CopyObjectResult>' };
    }
    const checksum = headers['x-amz-checksum-sha256'];
    this.#keep(key, body, typeof checksum === 'string' ? checksum : undefined, headers);
    return { status: 200, headers: { etag: `"${hash(body, 'hex')}"` } };
  }

  #keep(key: string, body: Buffer, checksum: string | undefined, headers: IncomingHttpHeaders) {
    const encryption = headers[ENCRYPTION];
    this.objects.set(key, {
      ...{ body, at: new Date(), checksum },
      headers: typeof encryption === 'string' ? { [ENCRYPTION]: encryption } : {},
    });
  }

  #require({ key, headers }: Asked): void {
    if (headers['if-none-match'] === '*' && this.objects.has(key))
      throw new Refusal(412, 'PreconditionFailed');
  }

  #begin(key: string): Answer {
    const id = randomUUID();
    this.#uploads.set(id, { key, at: new Date(), parts: new Map() });
    const xml = `<InitiateMultipartUploadResult><UploadId>${id}</UploadId></InitiateMultipartUploadResult>`;
    return { status: 200, xml };
  }

  #upload(id: string) {
    const upload = this.#uploads.get(id);
    if (!upload) throw new Refusal(404, 'NoSuchUpload');
    return upload;
  }

  #part({ query, body }: Asked, id: string): Answer {
    this.#upload(id).parts.set(Number(query.get('partNumber')), body);
    return { status: 200, headers: { etag: `"${hash(body, 'hex')}"` } };
  }

  #complete(asked: Asked, id: string): Answer {
    const { key, parts } = this.#upload(id);
    this.#require(asked);
    const listed = [...asked.body.toString().matchAll(/<Part>(.*?)<\/Part>/gs)].map(
      ([, part = '']) => part,
    );
    const bodies = listed.map((part, at) => {
      const body = parts.get(Number(/<PartNumber>(\d+)</.exec(part)?.[1]));
      const etag = /<ETag>(.*?)<\/ETag>/.exec(part)?.[1]?.replaceAll('&quot;', '"');
      if (!body || etag !== `"${hash(body, 'hex')}"`) throw new Refusal(400, 'InvalidPart');
      const least = at < listed.length - 1 ? 5 * 1_048_576 : 0;
      if (body.length < least) throw new Refusal(400, 'EntityTooSmall');
      return body;
    });
    const digests = Buffer.concat(bodies.map((body) => createHash('sha256').update(body).digest()));
    this.#keep(key, Buffer.concat(bodies), `${hash(digests, 'base64')}-${bodies.length}`, {});
    this.#uploads.delete(id);
    return { status: 200, xml: '<CompleteMultipartUploadResult></CompleteMultipartUploadResult>' };
  }

  #abort(id: string): Answer {
    this.#upload(id);
    this.#uploads.delete(id);
    return { status: 204 };
  }

  #listUploads(query: URLSearchParams): Answer {
    const prefix = query.get('prefix') ?? '';
    const uploads = [...this.#uploads].filter(([, { key }]) => key.startsWith(prefix));
    const xml = uploads.map(
      ([id, { key, at }]) =>
        `<Upload><Key>${key}</Key><UploadId>${id}</UploadId><Initiated>${at.toISOString()}</Initiated></Upload>`,
    );
    return {
      status: 200,
      xml: `<ListMultipartUploadsResult>${xml.join('')}</ListMultipartUploadsResult>`,
    };
  }

  #list(query: URLSearchParams): Answer {
    const after = query.get('continuation-token') ?? '';
    const keys = [...this.objects.keys()]
      .filter((key) => key.startsWith(query.get('prefix') ?? '') && key > after)
      .toSorted();
    const page = keys.slice(0, this.#page);
    const last = keys.length > this.#page ? page.at(-1) : undefined;
    const contents = page.map((key) => {
      const kept = this.objects.get(key);
      const tag = hash(kept?.body ?? Buffer.alloc(0), 'hex');
      return `<Contents><Key>${inXml(key)}</Key><ETag>&quot;${tag}&quot;</ETag><Size>${kept?.body.length}</Size><LastModified>${kept?.at.toISOString()}</LastModified></Contents>`;
    });
    const more =
      last === undefined ? '' : `<NextContinuationToken>${inXml(last)}</NextContinuationToken>`;
    return {
      status: 200,
      xml: `<ListBucketResult><IsTruncated>${last !== undefined}</IsTruncated>${more}${contents.join('')}</ListBucketResult>`,
    };
  }
}

const inXml = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

const hash = (bytes: Uint8Array, encoding: 'hex' | 'base64') =>
  createHash('sha256').update(bytes).digest(encoding);
