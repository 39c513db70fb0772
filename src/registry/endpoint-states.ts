import type { Connection } from 'mongoose';
import { endpointId } from '../core/endpoint.ts';
import type { Endpoints } from '../core/ports/endpoints.ts';
import { deploymentModels, type Endpoint, heal, toState, writeEndpoint } from './endpoints.ts';
import { reached } from './reach.ts';

const ATTEMPTS = 50;

/** Locks and holds are in the document that records what is live, so that both change in one write. */
export function endpointsIn(connection: Connection): Endpoints {
  const models = deploymentModels(connection);
  const { endpoints } = models;
  return reached<Endpoints>(
    {
      get: async (of) =>
        toState(of, (await endpoints.findById(endpointId(of)).lean<Endpoint>()) ?? undefined),

      async list() {
        const all = await endpoints.find().sort({ _id: 1 }).lean<Endpoint[]>();
        return all.map((endpoint) => toState(endpoint, endpoint));
      },

      async change(of, step) {
        for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
          const seen = (await endpoints.findById(endpointId(of)).lean<Endpoint>()) ?? undefined;
          if (seen) await heal(models, seen);
          const state = toState(of, seen);
          const change = await step(state);
          if (!change) return state;
          const next = await writeEndpoint(models, of, seen, change);
          if (!next) continue;
          if (next.ended !== seen?.ended) await heal(models, next);
          return toState(of, next);
        }
        throw new Error(`changing ${endpointId(of)}: others change it all the time`);
      },
    },
    {
      get: 'reading the endpoint',
      list: 'reading the endpoints',
      change: 'changing the endpoint',
    },
  );
}
