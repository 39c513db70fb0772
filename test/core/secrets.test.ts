import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { keepSecret, secretsIn, withoutSecrets } from '../../src/core/secrets.ts';

// Not a secret of another test: registered secrets are redacted in this process from then on.
describe('core/secrets', () => {
  it.each([
    ['redis://:mango7tango@127.0.0.1:6379', 'redis://:***@127.0.0.1:6379'],
    ['to rediss://me:mango7tango@redis/0, twice', 'to rediss://me:***@redis/0, twice'],
    ['mongodb://me:hun@ter/2@a,b:27017/x?tls=true', 'mongodb://me:***@a,b:27017/x?tls=true'],
    ['https://ghp_0123456789@github.com/x', 'https://***@github.com/x'],
    ['http://127.0.0.1:4680/?token=mango7tangomango7tango', 'http://127.0.0.1:4680/?token=***'],
    ['authorization: Bearer mango7tango.mango7tango', 'authorization: Bearer ***'],
    ['Basic dXNlcjpodW50ZXIy=', 'Basic ***'],
    ['xoxb-123-mango7tango and xapp-1-mango7tango', '*** and ***'],
  ])('redacts what looks like a secret in %j', (text, left) => {
    expect(withoutSecrets(text)).toBe(left);
  });

  it.each([
    'http://127.0.0.1:4680/runs?by=me@example.com is up',
    'mongodb://127.0.0.1:27017/wheelhouse?directConnection=true',
    'Basic authentication is not supported; a bearer of news',
    'write to lead@example.com: "v2"',
  ])('does not change %j', (text) => {
    expect(withoutSecrets(text)).toBe(text);
  });

  it.each([
    ['REDIS_URL', 'redis://me:hun%40ter2@127.0.0.1:6379', ['hun%40ter2']],
    ['REDIS_URL', 'redis://127.0.0.1:6379', []],
    ['MONGODB_URI', 'mongodb://me:pass@a,b:1/x', ['pass']],
    ['MONGODB_URI', 'mongodb://me:p@ss/w@a,b:1/x', ['p', 'p@ss/w']],
    ['MONGODB_URI', 'mongodb://me:p/w@a,b:1/x', ['p/w']],
    ['SLACK_BOT_TOKEN', 'xoxb-1', ['xoxb-1']],
    ['WHEELHOUSE_INFERENCE_TOKEN', 'abc', ['abc']],
    ['AWS_SECRET_ACCESS_KEY', 'abc', ['abc']],
    ['ALLOW_TOKENS', 'true', []],
    ['WHEELHOUSE_HOME', '/srv/token', []],
  ])('knows which part of %s=%s is secret', (name, value, secrets) => {
    expect(secretsIn(name, value)).toEqual(secrets);
  });

  it('redacts every given value in any encoding', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 4, unit: 'grapheme' }), fc.string(), (secret, around) => {
        fc.pre(secret.trim().length >= 4 && !'***'.includes(secret.trim()));
        const value = secret.trim();
        keepSecret([secret]);
        for (const text of [value, JSON.stringify(value), encodeURIComponent(value)])
          expect(withoutSecrets(`${around}${text}${around}`)).not.toContain(value);
      }),
    );
  });
});
