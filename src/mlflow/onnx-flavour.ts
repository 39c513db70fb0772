import { parse } from 'yaml';
import { z } from 'zod';
import { Refused } from '../core/errors.ts';
import { oneLine } from '../core/one-line.ts';

const MlModel = z.object({
  flavors: z.record(z.string(), z.unknown()).default({}),
});
const Onnx = z.object({ data: z.string().default('model.onnx') });

/**
 * The name of the ONNX file in the folder of a model.
 * @param files what is in it
 * @param read its file `MLmodel`
 * @throws Refused if the model has no flavour `onnx`, with how to log one
 */
export async function onnxFileOf(
  files: readonly string[],
  read: () => Promise<Uint8Array>,
  doing: string,
): Promise<string> {
  if (!files.includes('MLmodel'))
    throw new Refused(`${doing}: its files are not a model, because there is no MLmodel.`);
  let described: z.output<typeof MlModel>;
  try {
    // A YAML file of a few lines may name itself a billion times.
    const text = Buffer.from(await read()).toString('utf8');
    described = MlModel.parse(parse(text, { maxAliasCount: 0 }));
  } catch (cause) {
    throw new Refused(`${doing}: its file MLmodel cannot be read.`, { cause });
  }
  const onnx = Onnx.safeParse(described.flavors['onnx']);
  if (onnx.success) return onnx.data.data;
  const flavours = Object.keys(described.flavors).map((one) => oneLine(one).slice(0, 40));
  throw new Refused(
    `${doing}: it has no ONNX file, only ${flavours.slice(0, 5).join(' and ') || 'other files'}.`,
    {
      next: `Convert it and log it with mlflow.onnx.log_model(onnx_model, name="model", registered_model_name=…): for scikit-learn by skl2onnx.to_onnx(model, rows, options={"zipmap": False}).`,
    },
  );
}
