import { Client, credentials, Metadata, type ServiceError } from '@grpc/grpc-js';
import { inferenceService } from '../../src/serving/grpc/service.ts';

/** Calls the gateway over gRPC, as a protocol client does. Close it at the end. */
export function grpcClient(address: string) {
  const client = new Client(address, credentials.createInsecure());
  const service = inferenceService();
  return {
    /** Throws a ServiceError. */
    call(name: string, message: object, headers: Record<string, string> = {}): Promise<unknown> {
      const method = service[name];
      if (!method) throw new Error(`no method ${name}`);
      const metadata = new Metadata();
      for (const [key, value] of Object.entries(headers)) metadata.set(key, value);
      return new Promise((resolve, reject) => {
        client.makeUnaryRequest(
          method.path,
          method.requestSerialize,
          method.responseDeserialize,
          message,
          metadata,
          (error: ServiceError | null, reply?: object) => (error ? reject(error) : resolve(reply)),
        );
      });
    },
    close: () => client.close(),
  };
}
