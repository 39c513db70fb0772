import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { SMALL_MODELS } from '../jobs/small-models.ts';
import { writeWorkspace } from '../jobs/workspace.ts';
import { newPrefix, type Server } from '../objects/s3/servers.ts';

export const LINES = 12;

/** Some seconds of output, and a model with the run's ID in it: no two are the same. */
const TRAIN = `
set -eu
n=0
while [ $n -lt ${LINES} ]; do
  echo "line $n"
  echo "{\\"metric\\": \\"m$n\\", \\"value\\": $n}"
  n=$((n + 1))
  sleep 0.25
done
cp strong.onnx "$WHEELHOUSE_RUN_DIR/model.onnx"
printf "\\\\062\\\\$(printf %03o \${#WHEELHOUSE_RUN})%s" "$WHEELHOUSE_RUN" >>"$WHEELHOUSE_RUN_DIR/model.onnx"
echo '{"artifact": "model", "path": "model.onnx"}'
`;

/** What the program above makes: the model, and its field doc_string. */
export const modelOf = (run: string): Buffer =>
  Buffer.concat([
    SMALL_MODELS.binary.files.strong,
    Buffer.from([0x32, run.length]),
    Buffer.from(run),
  ]);

interface Where {
  /** As in a workspace file. */
  engine: Record<string, unknown>;
  /** Undefined: a folder. */
  objects: Server | undefined;
}

export async function writeKillsWorkspace(folder: string, { engine, objects }: Where) {
  await writeWorkspace(folder);
  await writeFile(join(folder, 'train.sh'), TRAIN);
  const workspace = {
    name: 'Kills',
    channels: { flights: { topic: 'Flights' } },
    people: { dev: { name: 'Dev', role: 'operator' }, lead: { name: 'Lead', role: 'approver' } },
    engines: { chosen: engine },
    ...(objects && {
      objects: {
        ...{ kind: 's3', bucket: objects.bucket, endpoint: objects.endpoint, prefix: newPrefix() },
      },
    }),
    models: {
      flights: {
        ...{ summary: 'Late flights', channel: 'flights', label: 'late' },
        features: { distance: 'number', carrier: 'category' },
        dataset: ['sh', 'dataset.sh'],
        train: ['sh', 'train.sh'],
        training: { from: '2001-01-01', to: '2001-02-01', timeout_minutes: 5, on: 'chosen' },
        evaluation: { days: 14, primary: ['auc'], margin: 0.01 },
      },
    },
  };
  await writeFile(join(folder, 'wheelhouse.yaml'), stringify(workspace));
}
