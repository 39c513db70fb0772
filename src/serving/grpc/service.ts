import { fileURLToPath } from 'node:url';
import { type AnyDefinition, loadSync, type ServiceDefinition } from '@grpc/proto-loader';

const FILE = new URL('./open_inference.proto', import.meta.url);
const SERVICE = 'inference.GRPCInferenceService';

/** The service of the protocol. Messages have the field names of the file, and all fields; an int64 is its digits. */
export function inferenceService(): ServiceDefinition {
  const found = loadSync(fileURLToPath(FILE), {
    ...{ keepCase: true, longs: String, defaults: true, arrays: true, objects: true, oneofs: true },
  })[SERVICE];
  if (found && isService(found)) return found;
  throw new Error(`${FILE.pathname} has no service ${SERVICE}.`);
}

/** Messages and enums have a format. */
function isService(definition: AnyDefinition): definition is ServiceDefinition {
  return !('format' in definition);
}
