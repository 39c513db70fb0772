import { BadInput } from '../../core/errors.ts';
import { taskNamed } from '../../tasks/index.ts';
import type { Given } from '../answer.ts';
import type { KnownVersion } from '../plan.ts';
import { accepts, type InferRequest, isRecord, readInfer } from '../protocol.ts';
import { say } from '../say.ts';
import type { TimeBounds } from '../times.ts';
import { readOutputs } from './outputs.ts';

/** A request holds other requests up while it is read and written: see docs/serving.md. */
export const MOST_ROWS = 10_000;

interface Question {
  model: string;
  environment: string;
  /** Not empty; the first one is live. */
  known: readonly KnownVersion[];
  /** The version that answers here, if one does. */
  live: number | undefined;
  now: Date;
  bounds(version: KnownVersion): TimeBounds;
}

/** Predictions of another server, ready to be logged. */
interface Elsewhere extends Given {
  request: InferRequest;
  version: number;
  /** Names of the features as JSON keys, for the log. */
  keys: readonly string[];
}

/**
 * Reads `{inputs, outputs, parameters: {version, ids, times}}`: what `infer` takes, and beside it what `infer`
 * answers. Inputs are checked by the features of the version, answers by its task.
 * @throws BadInput with one line that says what is wrong and where; then none of the rows is taken
 */
export function readElsewhere(body: unknown, question: Question): Elsewhere {
  const of = versionOf(body, question);
  const { answer, label } = taskNamed(of.task);
  const { features, nullCategory, classes = [], version } = of;
  const { now, bounds } = question;
  // Any number may be null: what a file of ours would accept says nothing about another server's.
  const accepted = accepts(features, [], MOST_ROWS, nullCategory);
  const request = readInfer(body, accepted, now, bounds(of));
  const { rows } = request;
  const outputs = isRecord(body) ? body['outputs'] : undefined;
  const answers = readOutputs(outputs, { answer, label, classes, rows });
  const keys = Object.keys(features).map((name) => `${JSON.stringify(name)}:`);
  return { request, version, keys, fields: answer.fields, classes, answers, rows };
}

function versionOf(body: unknown, { model, environment, known, live }: Question): KnownVersion {
  const parameters = isRecord(body) ? body['parameters'] : undefined;
  const asked = isRecord(parameters) ? parameters['version'] : undefined;
  // Clients of the protocol know a version as text.
  const number = typeof asked === 'string' && /^[1-9]\d*$/.test(asked) ? Number(asked) : asked;
  const numbered = (wanted: unknown) => known.find(({ version }) => version === wanted);
  const found = number === undefined ? (numbered(live) ?? known[0]) : numbered(number);
  if (found) return found;
  const versions = known.map(({ version }) => version).join(', ');
  throw new BadInput(
    `"parameters.version" is ${say(asked)}, which is neither live for ${model} in ${environment} nor was live before it in good standing: send one of ${versions}.`,
  );
}
