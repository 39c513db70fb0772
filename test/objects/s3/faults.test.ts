import { startDouble } from './double/server.ts';
import { s3Faults } from './fault-suite.ts';

s3Faults('the double', startDouble);
