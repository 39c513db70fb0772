import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { z } from 'zod';
import type { SmallTask } from '../../jobs/small-models.ts';
import { writeWorkspace } from '../../jobs/workspace.ts';

/** Who has which account, by person and platform; and the model's channel. */
export interface Accounts {
  channel: Record<string, string>;
  dev: Record<string, string>;
  lead: Record<string, string>;
}

/** What is compared, the threshold, and the questions for the model, by task. */
const JUDGED: Record<SmallTask, object> = {
  binary: {
    evaluation: { days: 14, primary: ['auc'], margin: 0.05 },
    gates: [{ min_rows: 200 }, { metric: 'auc', min: 0.65 }],
  },
  regression: {
    evaluation: { days: 14, primary: ['rmse'], margin: { rmse: 1 } },
    gates: [{ min_rows: 200 }, { metric: 'r2', min: 0.5 }],
  },
  multiclass: {
    evaluation: { days: 14, primary: ['log_loss'], margin: { log_loss: 0.05 } },
    gates: [{ min_rows: 200 }, { metric: 'accuracy', min: 0.6 }],
  },
};

/**
 * A workspace whose real programs take a second, for stories that are not about the model. `weak` fails the gates,
 * `twin` is as good as `strong`, and `steady` is `strong` after six seconds.
 */
export async function writeSmallWorkspace(
  folder: string,
  accounts: Accounts = { channel: {}, dev: {}, lead: {} },
  task: SmallTask = 'binary',
): Promise<void> {
  await writeWorkspace(folder, task);
  const workspace = {
    name: 'Small flights',
    channels: { flights: { topic: 'Will it be late?', at: accounts.channel } },
    people: {
      dev: { name: 'Dev Okafor', role: 'operator', identities: accounts.dev },
      lead: { name: 'Lena Lindqvist', role: 'approver', identities: accounts.lead },
    },
    models: {
      flights: {
        summary: 'Tells whether a flight will be late',
        task,
        channel: 'flights',
        features: { distance: 'number', carrier: 'category' },
        label: 'late',
        dataset: ['node', 'dataset.mjs'],
        train: ['sh', 'train.sh'],
        parameters: {
          quality: {
            type: 'string',
            default: 'strong',
            choices: ['strong', 'twin', 'weak', 'steady'],
            summary: 'How good it is to be',
          },
        },
        training: { from: '2001-01-01', to: '2001-02-01' },
        ...JUDGED[task],
        approval: { needed: 1, expires_hours: 24 },
        monitors: {
          drift: {
            window_hours: 24,
            schedule: '* * * * * *',
            important: ['distance'],
            min_rows: 50,
            need: 1,
            of: 1,
          },
        },
      },
    },
  };
  await writeFile(join(folder, 'wheelhouse.yaml'), stringify(workspace));
}

const HOUR_MS = 3_600_000;

const Outputs = z.object({ outputs: z.array(z.object({ name: z.string() })) });

/** Two days of predictions for flights much longer than those in training. @returns the IDs of the predictions */
export async function sendDriftedTraffic(inferenceUrl: string): Promise<string[]> {
  await sendDay(inferenceUrl, Date.parse('2001-03-01'));
  return sendDay(inferenceUrl, Date.parse('2001-03-02'));
}

async function sendDay(inferenceUrl: string, day: number): Promise<string[]> {
  const rows = Array.from({ length: 240 }, (_, n) => n);
  const tensor = (name: string, datatype: string, data: unknown[]) => ({
    ...{ name, datatype, data },
    shape: [rows.length, 1],
  });
  const body = {
    inputs: [
      tensor(
        'distance',
        'FP32',
        rows.map((n) => 1500 + ((n * 7919) % 2000)),
      ),
      tensor(
        'carrier',
        'BYTES',
        rows.map((n) => (n % 2 ? 'AA' : 'UA')),
      ),
    ],
    parameters: { times: rows.map((n) => new Date(day + (n * HOUR_MS) / 10).toISOString()) },
  };
  const answer = await fetch(`${inferenceUrl}/v2/models/flights/infer`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`traffic: ${answer.status} ${await answer.text()}`);
  return Outputs.parse(await answer.json()).outputs.map(({ name }) => name);
}

/** The live version, as the gateway reports it. */
export async function answering(inferenceUrl: string): Promise<string> {
  const answer = await fetch(`${inferenceUrl}/v2/models/flights/live`);
  return answer.ok ? await answer.text() : '';
}
