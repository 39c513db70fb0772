/** How traces are exported, by the standard variables: https://opentelemetry.io/docs/specs/otel/protocol/exporter/ */
export interface TraceSettings {
  /** The whole address, with its path. */
  url: string;
  protocol: 'http/protobuf' | 'http/json';
  headers: Record<string, string>;
  timeoutMs: number;
  /** The share of traces that are kept; a trace that somebody else began is kept if they keep it. */
  share: number;
  service: string;
  /** Of OTEL_RESOURCE_ATTRIBUTES. */
  attributes: Record<string, string>;
  /** How long a span waits to be sent along with others. */
  delayMs: number;
}
