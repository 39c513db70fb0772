import { createFolderArtifacts } from '../../src/objects/artifacts.ts';
import { createGateway } from '../../src/serving/gateway.ts';
import { createPredictionLog } from '../../src/serving/log/log.ts';
import { createLive } from './world.ts';

/** A gateway process to be killed: `gateway-child.ts <artifacts> <log> <sha256>`. */
const [artifacts = '', dir = '', sha256 = ''] = process.argv.slice(2);
const onProblem = (problem: Error) => console.error(problem);
const registry = createLive();
registry.set(1, sha256);
const gateway = createGateway({
  live: registry.live,
  artifacts: createFolderArtifacts(artifacts),
  log: createPredictionLog({ dir, first: 'production', onProblem }),
  host: '127.0.0.1',
  port: 0,
  environments: ['production'],
  onProblem,
});
await gateway.start();
console.log(gateway.address);
