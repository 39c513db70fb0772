import { objectStoreContract } from '../../contracts/object-store.ts';
import { startDouble } from './double/server.ts';
import { placeOn } from './servers.ts';

objectStoreContract('s3 on the double', placeOn(startDouble));
