import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { Unreachable } from '../../src/core/errors.ts';
import { refusal } from '../../src/core/reply.ts';
import { keepSecret } from '../../src/core/secrets.ts';
import { createLog } from '../../src/wiring/log.ts';

const lines: string[] = [];
const log = createLog('test', 'info', { write: (line) => void lines.push(line) });
afterEach(() => void lines.splice(0));

/** Somewhere in the arguments of a log call. */
const PLACES: ((secret: string) => [object, string])[] = [
  (secret) => [{ err: commandFailed(secret) }, 'redis is in trouble'],
  (secret) => [{ err: new Error(`WRONGPASS for redis://:${encodeURIComponent(secret)}@h`) }, 'x'],
  (secret) => [{ err: new Unreachable('asking', { cause: new Error(secret) }) }, 'x'],
  (secret) => [{ err: new AggregateError([new Error(secret), commandFailed(secret)], 'two') }, 'x'],
  (secret) => [{ about: { error: commandFailed(secret) } }, 'nested, by another name'],
  (secret) => [
    { headers: { authorization: `Bearer ${secret}` }, url: `http://h/?a=${secret}` },
    'x',
  ],
  (secret) => [{ a: [{ b: new Map([['c', secret]]) }], [secret]: 1 }, 'x'],
  (secret) => [{ why: JSON.stringify({ secret }) }, `in the words: ${secret}`],
];

function commandFailed(secret: string): Error {
  const error = new Error('WRONGPASS invalid username-password pair');
  return Object.assign(error, { command: { name: 'auth', args: ['default', secret] } });
}

describe('wiring/log', () => {
  it('redacts secrets anywhere in a line', () => {
    fc.assert(
      fc.property(
        fc.string({ minLength: 6, maxLength: 40, unit: 'grapheme-ascii' }),
        fc.constantFrom(...PLACES),
        (text, place) => {
          // Fields that every line has prove nothing.
          const secret = `S${text.trim()}S`;
          keepSecret([secret]);
          log.warn(...place(secret));
          const line = lines.pop() ?? '';
          expect(JSON.parse(line)).toMatchObject({ role: 'test', level: 40 });
          for (const spelling of [secret, JSON.stringify(secret).slice(1, -1)])
            expect(line).not.toContain(spelling);
          expect(line).not.toContain(encodeURIComponent(secret));
        },
      ),
      { numRuns: 100 },
    );
  });

  it('drops the arguments of a command, even if they are not known to be secret', () => {
    log.warn({ err: commandFailed('unheard-of') }, 'redis is in trouble');
    const line = JSON.parse(lines[0] ?? '');
    expect(lines[0]).not.toContain('unheard-of');
    expect(line).toMatchObject({
      msg: 'redis is in trouble',
      err: { type: 'Error', command: 'auth', message: expect.stringContaining('WRONGPASS') },
    });
    expect(line.err.stack).toContain('log.test.ts');
  });

  it('keeps what helps: codes, causes, and a ring does no harm', () => {
    const cause = Object.assign(new Error('connect ECONNREFUSED'), {
      code: 'ECONNREFUSED',
      port: 1,
    });
    const err = new Unreachable('Opening the queue', { cause, next: 'Start Redis.' });
    Object.assign(cause, { cause: err });
    log.error({ err, at: new Date(0) }, 'x');
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      at: '1970-01-01T00:00:00.000Z',
      err: {
        ...{ type: 'Unreachable', blame: 'upstream', next: 'Start Redis.' },
        cause: { code: 'ECONNREFUSED', port: 1, cause: '[circular]' },
      },
    });
  });

  it('redacts secrets in messages to people', () => {
    keepSecret(['swordfish-9']);
    const error = new Unreachable('Asking redis://:other-word@127.0.0.1 with swordfish-9', {
      next: 'Correct "swordfish-9".',
    });
    const said = JSON.stringify(refusal(error));
    expect(said).toContain('Asking redis');
    for (const secret of ['swordfish-9', 'other-word']) expect(said).not.toContain(secret);
  });
});
