import { describe } from 'vitest';
import { dataSourceContract } from '../contracts/data-source.ts';
import { objectStoreContract } from '../contracts/object-store.ts';
import { s3SourceFaults } from '../data/sources/s3/fault-suite.ts';
import { s3Fixture } from '../data/sources/s3/fixture.ts';
import { s3Faults } from '../objects/s3/fault-suite.ts';
import { placeOn } from '../objects/s3/servers.ts';
import { startVersitygw, versitygw } from './versitygw.ts';

const program = await versitygw();

/** The suite that the double passes in `npm test`, on an independent server. */
describe.skipIf(program === undefined)('versitygw', () => {
  const start = () => startVersitygw(program ?? '');
  objectStoreContract('s3 on versitygw', placeOn(start));
  s3Faults('versitygw', start);
  dataSourceContract('s3', s3Fixture(start));
  s3SourceFaults('versitygw', start);
});
