const LOOPBACK = ['127.0.0.1', 'localhost', '[::1]'];

/** A token goes with every call: never in the clear, except to this machine. */
export function isSafeUrl(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, hostname } = new URL(url);
  return protocol === 'https:' || (protocol === 'http:' && LOOPBACK.includes(hostname));
}
