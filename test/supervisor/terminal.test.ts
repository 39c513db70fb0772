import { once } from 'node:events';
import { createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { inWords } from '../../src/core/errors.ts';
import { freePort } from '../../src/embedded/free-port.ts';
import { demandFree } from '../../src/supervisor/ports.ts';
import { shortLine } from '../../src/supervisor/short-line.ts';

describe('supervisor/short-line', () => {
  const line = (fields: object) => JSON.stringify({ role: 'bot', pid: 1, time: 2, ...fields });

  it('shows warnings and errors in one short line each, and nothing else', () => {
    expect(shortLine('bot', line({ level: 30, msg: 'ready' }))).toBeUndefined();
    expect(shortLine('bot', line({ level: 40, msg: 'redis is in trouble' }))).toBe(
      'bot: warning: redis is in trouble',
    );
    const err = { type: 'Error', message: 'ECONNREFUSED\nand more', stack: 'at …' };
    expect(shortLine('worker', line({ level: 50, msg: 'training', err }))).toBe(
      'worker: error: training: ECONNREFUSED',
    );
    expect(shortLine('bot', line({ level: 50, msg: 'x'.repeat(999) }))?.length).toBeLessThan(220);
  });

  it.each(['', 'Error: not JSON', '{"level":', '[50]', '{"level":"warn"}', 'null'])(
    'leaves %j to the log file',
    (text) => expect(shortLine('bot', text)).toBeUndefined(),
  );
});

describe('supervisor/ports', () => {
  it('names every variable whose port is taken', async () => {
    const host = '127.0.0.1';
    const servers = [createServer(), createServer()];
    const ports = await Promise.all(
      servers.map(async (server) => {
        server.listen(0, host);
        await once(server, 'listening');
        const address = server.address();
        return typeof address === 'object' && address ? address.port : 0;
      }),
    );
    const [port = 0, inference = 0] = ports;
    const wanted = [
      { variable: 'WHEELHOUSE_PORT', host, port },
      { variable: 'FREE', host, port: await freePort() },
      { variable: 'WHEELHOUSE_INFERENCE_PORT', host, port: inference },
    ];
    const fault = await demandFree(wanted).catch((error: unknown) => error);
    expect(inWords(fault)).toBe(
      `Another program listens on port ${port} (WHEELHOUSE_PORT) and ${inference} ` +
        '(WHEELHOUSE_INFERENCE_PORT), so the demo was not started. Stop that program, or set ' +
        'WHEELHOUSE_PORT and WHEELHOUSE_INFERENCE_PORT to a free port.',
    );
    await Promise.all(servers.map((server) => once(server.close(), 'close')));
    await demandFree(wanted);
  });
});
