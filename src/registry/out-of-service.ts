import type { Connection } from 'mongoose';
import type { Clock } from '../core/clock.ts';
import { Refused } from '../core/errors.ts';
import type { Deployments, OutOfService } from '../core/ports/deployments.ts';
import { DUE_INDEX, dueField, dueNew, type WithDue } from './due-events.ts';
import { type DeploymentRow, type Endpoint, toDeployment } from './endpoints.ts';
import { unlessThere } from './reach.ts';
import { date, RowSchema, word } from './schema.ts';

interface OutRow extends WithDue {
  /** The deployment. */
  _id: string;
  by: string;
  reason: string;
  at: Date;
}

const schema = new RowSchema<OutRow>({ _id: word, by: word, reason: word, at: date, ...dueField })
  .index(...DUE_INDEX)
  .writeOnce('What was taken out of service');

interface Reads {
  at(model: string, environment: string): Promise<Endpoint | undefined>;
  all(): Promise<Endpoint[]>;
  row(id: string): Promise<DeploymentRow>;
}

/**
 * Deployments that must no longer answer. Each document concerns one deployment only, so it remains valid
 * whatever is switched at the same moment.
 */
export function outOfServiceIn(connection: Connection, clock: Clock, reads: Reads) {
  const rows = schema.in(connection, 'OutOfService', 'out_of_service');

  async function among(deployments: readonly string[]): Promise<Map<string, OutRow>> {
    const found = await rows.find({ _id: { $in: [...deployments] } }).lean<OutRow[]>();
    return new Map(found.map((row) => [row._id, row]));
  }

  /** The top of the stack, if it must not answer. */
  async function outAt(endpoint: Endpoint | undefined): Promise<OutOfService | undefined> {
    const top = endpoint?.stack.at(-1);
    const out = top === undefined ? undefined : (await among([top])).get(top);
    if (!out) return undefined;
    const { _id, by, reason, at } = out;
    const deployment = {
      ...toDeployment(await reads.row(_id), endpoint),
      status: 'undeployed',
    } as const;
    return { deployment, by, reason, at };
  }

  const port: Pick<Deployments, 'undeploy' | 'outOfService' | 'allOutOfService'> = {
    async undeploy(order, mayStill = async () => {}, event) {
      const { model, environment, deployment, by, reason } = order;
      const before = await reads.at(model, environment);
      const isOut = (await among([deployment])).has(deployment);
      if (before?.stack.at(-1) === deployment && !isOut) {
        await mayStill();
        // The first order counts; a later one changes nothing.
        await unlessThere(() =>
          rows.create({ _id: deployment, by, reason, at: clock.now(), ...dueNew([event]) }),
        );
      }
      // Checked after the write too: another version may answer by then.
      const endpoint = await reads.at(model, environment);
      const out = await outAt(endpoint);
      if (out?.deployment.id === deployment) return out;
      const top = endpoint?.stack.at(-1);
      if (top === undefined) throw new Refused(`No version of ${model} is live in ${environment}.`);
      const { version } = await reads.row(top);
      throw new Refused(
        out
          ? `${model} v${version} (${top}) has been taken out of service; ${deployment} is not live.`
          : `${model} v${version} (${top}) is now live in ${environment}, not ${deployment}.`,
        { next: 'Check what is live, and take that out of service if needed.' },
      );
    },

    outOfService: async (model, environment) => outAt(await reads.at(model, environment)),

    async allOutOfService() {
      const found = await Promise.all((await reads.all()).map(outAt));
      return found.flatMap((one) => one ?? []);
    },
  };
  return { among, ...port };
}
