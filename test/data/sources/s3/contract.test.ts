import { dataSourceContract } from '../../../contracts/data-source.ts';
import { startDouble } from '../../../objects/s3/double/server.ts';
import { s3Fixture } from './fixture.ts';

dataSourceContract('s3', s3Fixture(startDouble));
