import { createServer, type ServerResponse } from 'node:http';

/** A replacement for Slack that answers quickly and checks nothing. */
export interface Sink {
  apiUrl: string;
  /** A separate `response_url` for each command. */
  responseUrl(n: number): string;
  /** The number of commands that have been answered. */
  answered(): number;
  close(): Promise<void>;
}

const BOT = 'U0WHEELS';

const ANSWERS: Record<string, object> = {
  'auth.test': {
    user_id: BOT,
    user: 'wheelhouse',
    bot_id: 'B0WHEELS',
    team: 'Bench',
    team_id: 'T0',
  },
  'users.info': {
    user: { id: 'U0', name: 'dev', is_bot: false, profile: { display_name: 'Dev Okafor' } },
  },
  'usergroups.list': {
    usergroups: [
      { id: 'S0LEADS', users: ['U0LEAD'] },
      { id: 'S0ONCALL', users: ['U0DEV', 'U0LEAD'] },
    ],
  },
};

const HEADERS = { 'content-type': 'application/json; charset=utf-8' };

export async function openSink(): Promise<Sink> {
  const answers = new Set<string>();
  const say = (response: ServerResponse, answer: object) =>
    response.writeHead(200, HEADERS).end(JSON.stringify({ ok: true, ...answer }));
  const server = createServer((request, response) => {
    const path = request.url ?? '';
    request.resume().on('end', () => {
      if (path.startsWith('/answers/')) answers.add(path);
      say(response, ANSWERS[path.replace('/api/', '')] ?? {});
    });
  });
  await new Promise<void>((open) => server.listen(0, '127.0.0.1', open));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the sink has no port');
  const url = `http://127.0.0.1:${address.port}`;
  return {
    apiUrl: `${url}/api/`,
    responseUrl: (n) => `${url}/answers/${n}`,
    answered: () => answers.size,
    close: () =>
      new Promise<void>((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
}
