const LOOPBACK = ['127.0.0.1', 'localhost', '[::1]'];

/** Every call includes a token: it must be encrypted, except to this machine. */
export function isSafeUrl(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, hostname } = new URL(url);
  return protocol === 'https:' || (protocol === 'http:' && LOOPBACK.includes(hostname));
}
