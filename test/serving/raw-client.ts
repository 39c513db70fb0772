import { request } from 'node:http';
import { text } from 'node:stream/consumers';

interface Sent {
  path: string;
  /** Sent by GET if there is none. */
  body?: string | Buffer;
  headers?: Record<string, string>;
}

/** Sends the bytes unchanged. */
export function createClient(address: string) {
  return ({ path, body, headers }: Sent) =>
    new Promise<{ status: number | undefined; text: string; error: string }>((resolve, reject) => {
      const sent = request(
        address,
        {
          path,
          method: body === undefined ? 'GET' : 'POST',
          headers: { 'content-type': 'application/json', ...headers },
        },
        async (response) => {
          const answer = await text(response);
          resolve({ status: response.statusCode, text: answer, error: errorIn(answer) });
        },
      );
      sent.on('error', reject);
      sent.end(body);
    });
}

function errorIn(answer: string): string {
  const { error } = JSON.parse(answer);
  return String(error);
}
