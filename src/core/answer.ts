/** Why a request got no answer; `fetch` has its reason in the cause. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'TimeoutError') return 'its time is over';
  const { cause } = error;
  if (cause instanceof Error && 'code' in cause) return String(cause.code);
  return error.message;
}

/** The text of an answer. Throws if it is longer than `most` bytes: endless output must not fill the worker's memory. */
export async function textOf(response: Response, most: number): Promise<string> {
  return Buffer.from(await bytesOf(response, most)).toString('utf8');
}

/** The bytes of an answer. Throws if it is longer than `most` bytes. */
export async function bytesOf(response: Response, most: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body ?? []) {
    length += chunk.length;
    if (length > most) throw new Error(`more than ${most} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
