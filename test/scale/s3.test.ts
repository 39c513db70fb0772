import { describe } from 'vitest';
import { objectStoreContract } from '../contracts/object-store.ts';
import { s3Faults } from '../objects/s3/fault-suite.ts';
import { placeOn } from '../objects/s3/servers.ts';
import { startVersitygw, versitygw } from './versitygw.ts';

const program = await versitygw();

/** What the double passes in `npm test`, on a server that nobody here wrote. */
describe.skipIf(program === undefined)('versitygw', () => {
  const start = () => startVersitygw(program ?? '');
  objectStoreContract('s3 on versitygw', placeOn(start));
  s3Faults('versitygw', start);
});
