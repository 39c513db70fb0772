import { once } from 'node:events';
import { createServer } from 'node:http';
import { targetContract, WANTED } from '../../../contracts/target.ts';

targetContract('plain', {
  async open() {
    const got: { id: string; state: unknown }[] = [];
    let text = '';
    let does: 'answer' | 'hang' | 'refuse' = 'answer';
    const server = createServer(async (request, response) => {
      let body = '';
      for await (const chunk of request) body += chunk;
      if (does === 'hang') return;
      if (does === 'answer' && request.method === 'PUT') {
        const { id, ...state } = JSON.parse(body);
        got.push({ id, state });
      }
      response.writeHead(does === 'refuse' ? 503 : 200).end(request.method === 'PUT' ? '' : text);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    if (typeof address !== 'object' || address === null) throw new Error('it does not listen');
    return {
      settings: { document: `http://127.0.0.1:${address.port}/flights` },
      wanted: WANTED,
      async tamper(version) {
        text = JSON.stringify({ stable: version && { version } });
      },
      async obey() {
        text = JSON.stringify(got.at(-1)?.state);
      },
      async breakDown() {
        does = 'refuse';
      },
      async close() {
        server.closeAllConnections();
        server.close();
        await once(server, 'close');
      },
      told: {
        got: async () => [...got],
        async hang() {
          does = 'hang';
        },
      },
      relayed: {
        got: async () => got,
        async report(words) {
          text = words;
        },
      },
    };
  },
  blind: (settings) => ({ ...settings, readable: false }),
  environment: {},
});
