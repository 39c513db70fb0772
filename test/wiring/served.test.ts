import { expect, it } from 'vitest';
import { environmentsOf } from '../../config/models.ts';
import { readSettings } from '../../config/settings.ts';
import { servedBy } from '../../src/wiring/served.ts';

const environments = environmentsOf(['production', 'staging', 'test']);
const served = (names?: string) =>
  servedBy(readSettings(names === undefined ? {} : { WHEELHOUSE_SERVE_ENVIRONMENTS: names }), {
    environments,
  });

it('wiring/served: all environments, or those that are configured, in the order of the file', () => {
  expect(served()).toEqual(['production', 'staging', 'test']);
  expect(served('test, staging')).toEqual(['staging', 'test']);
  expect(() => served('stagin')).toThrow('WHEELHOUSE_SERVE_ENVIRONMENTS names stagin');
  expect(() => served('staging,prod')).toThrow('names prod, which is not an environment');
});
