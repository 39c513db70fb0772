import { createServer } from 'node:http';
import protobuf from 'protobufjs';
import { z } from 'zod';

/** The parts that we read of https://github.com/open-telemetry/opentelemetry-proto, trace.proto 1.x. */
const { root } = protobuf.parse(`
  syntax = "proto3";
  message Request { repeated ResourceSpans resource_spans = 1; }
  message ResourceSpans { Resource resource = 1; repeated ScopeSpans scope_spans = 2; }
  message Resource { repeated KeyValue attributes = 1; }
  message ScopeSpans { repeated Span spans = 2; }
  message Span {
    bytes trace_id = 1; bytes span_id = 2; bytes parent_span_id = 4; string name = 5; int32 kind = 6;
    fixed64 start_time_unix_nano = 7; fixed64 end_time_unix_nano = 8;
    repeated KeyValue attributes = 9; Status status = 15;
  }
  message Status { string message = 2; int32 code = 3; }
  message KeyValue { string key = 1; AnyValue value = 2; }
  message AnyValue { oneof value { string string_value = 1; bool bool_value = 2; int64 int_value = 3; double double_value = 4; } }
`);
const Request = root.lookupType('Request');

const Attributes = z
  .array(z.object({ key: z.string(), value: z.record(z.string(), z.unknown()) }))
  .default([])
  .transform((all) =>
    Object.fromEntries(all.map(({ key, value }) => [key, String(Object.values(value)[0])])),
  );
const Body = z.object({
  resourceSpans: z.array(
    z.object({
      resource: z.object({ attributes: Attributes }),
      scopeSpans: z.array(
        z.object({
          spans: z.array(
            z.object({
              traceId: z.string(),
              spanId: z.string(),
              parentSpanId: z.string().default(''),
              name: z.string(),
              kind: z.number(),
              attributes: Attributes,
              status: z
                .object({ message: z.string().default(''), code: z.number().default(0) })
                .default({ message: '', code: 0 }),
            }),
          ),
        }),
      ),
    }),
  ),
});
type Span = z.infer<typeof Body>['resourceSpans'][number]['scopeSpans'][number]['spans'][number];

interface Received {
  type: string | undefined;
  authorization: string | undefined;
  url: string | undefined;
  resource: Record<string, string>;
  spans: Span[];
  text: string;
}

/** An OTLP collector over HTTP that decodes JSON and protocol buffers. */
export async function openCollector(status = 200) {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const bytes = Buffer.concat(chunks);
      const { 'content-type': type, authorization } = request.headers;
      const { resourceSpans } = Body.parse(
        type === 'application/json' ? JSON.parse(bytes.toString()) : fromProtobuf(bytes),
      );
      received.push({
        ...{ type, authorization, url: request.url, text: bytes.toString('latin1') },
        resource: resourceSpans[0]?.resource.attributes ?? {},
        spans: resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans)),
      });
      response
        .writeHead(status, { 'content-type': type })
        .end(type === 'application/json' ? '{}' : '');
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    received,
    spans: () => received.flatMap(({ spans }) => spans),
    close: () => new Promise((done) => server.close(done).closeAllConnections()),
  };
}

/** As in the JSON form: IDs as hexadecimal digits. */
function fromProtobuf(bytes: Buffer): unknown {
  const plain = Request.toObject(Request.decode(bytes), { bytes: Buffer, longs: String });
  return JSON.parse(
    JSON.stringify(plain, (_, value: unknown) =>
      isBytes(value) ? Buffer.from(value.data).toString('hex') : value,
    ),
  );
}

/** A Buffer as JSON writes it. */
const isBytes = (value: unknown): value is { data: number[] } =>
  typeof value === 'object' && value !== null && 'type' in value && value.type === 'Buffer';
