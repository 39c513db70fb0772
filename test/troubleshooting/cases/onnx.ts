import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { inWords } from '../../../src/core/errors.ts';
import type { FeatureSchema } from '../../../src/core/model.ts';
import { admit } from '../../../src/onnx/admit.ts';
import { loadModel } from '../../../src/serving/model.ts';
import { asBinary } from '../../tasks/declared.ts';
import type { Case } from '../case.ts';

const FEATURES: FeatureSchema = { age: 'number', fee: 'number' };
const fileOf = (name: string) =>
  fileURLToPath(new URL(`../../onnx/files/${name}.onnx`, import.meta.url));

/** The message about a training that returns this file: before it is registered, or when it is loaded. */
async function handOver({ file, features = FEATURES, notWhole }: Mistake): Promise<string> {
  try {
    const bytes = await readFile(fileOf(file));
    const warnings = admit(bytes, asBinary(features), notWhole);
    const model = await loadModel({ bytes, name: 'model.onnx' }, asBinary(features));
    await model
      .answer(
        [
          [30, 40],
          [9.5, 12],
        ],
        2,
      )
      .finally(() => model.release());
    return warnings.join('\n');
  } catch (error) {
    return inWords(error);
  }
}

type Mistake = Omit<Case, 'section' | 'reproduce'> & {
  file: string;
  features?: FeatureSchema;
  notWhole?: Record<string, string>;
};

const MISTAKES: readonly Mistake[] = [
  {
    file: 'outside',
    mistake: 'weights in a second file',
    sees: 'The model is not one file: the tensor "coefficients" has its values in "model.onnx.data". Save it as one: onnx.save_model(model, "model.onnx", save_as_external_data=False).',
    why: 'onnx.save_model or torch.onnx.export wrote large weights to a second file. Only one file is hashed, approved and served.',
    fix: '`onnx.save_model(model, "model.onnx", save_as_external_data=False)`; with torch, `external_data=False`.',
  },
  {
    file: 'pickle',
    mistake: 'a pickle instead of ONNX',
    sees: 'The model is not an ONNX file: it is a Python pickle (as pickle.dump and joblib.dump write). Convert the model with skl2onnx.to_onnx and write onnx_model.SerializeToString() instead.',
    why: 'The program reported what joblib or pickle wrote.',
    fix: 'Convert the model: `skl2onnx.to_onnx(model, initial_types=…, options={id(model): {"zipmap": False}})`.',
  },
  {
    file: 'zipmap',
    mistake: 'skl2onnx without zipmap: False',
    sees: 'The model does not fit wheelhouse.yaml:\n- Its output "output_probability" is a list of dictionaries, which skl2onnx makes by default (ZipMap). Convert it with to_onnx(model, …, options={id(model): {"zipmap": False}}).\nNo version was registered. docs/troubleshooting.md lists the usual causes.',
    why: 'By default skl2onnx returns the probabilities as a list of dictionaries.',
    fix: '`options={id(model): {"zipmap": False}}`, with the object that you pass to `to_onnx`.',
  },
  {
    file: 'matrix-zipmap',
    mistake: 'one tensor, and ZipMap',
    sees: 'The model does not fit wheelhouse.yaml:\n- Its output "output_probability" is a list of dictionaries, which skl2onnx makes by default (ZipMap). Convert it with to_onnx(model, …, options={id(model): {"zipmap": False}}).\nNo version was registered. docs/troubleshooting.md lists the usual causes.',
    why: 'The same for a model that takes one tensor of all features.',
    fix: '`options={id(model): {"zipmap": False}}`.',
  },
  {
    file: 'matrix',
    mistake: 'one tensor of all features',
    sees: 'The model takes one input "X" for all features. They are given in the order of wheelhouse.yaml: age, fee. Train on the columns in that order.',
    why: "A warning only, on the run's card. The columns reach the model by position, so a model trained with another order gives wrong predictions.",
    fix: 'Train on `table[list(request["features"])]`, or export an input for each feature.',
  },
  {
    file: 'matrix-wide',
    mistake: 'one tensor of other columns',
    sees: 'The model does not fit wheelhouse.yaml:\n- It takes one input "X" for all features of shape [?, 4], but wheelhouse.yaml declares 2 features. Train on exactly these columns, in this order: age, fee.\nNo version was registered. docs/troubleshooting.md lists the usual causes.',
    why: 'The model was trained on more or fewer columns than wheelhouse.yaml declares.',
    fix: 'Drop `label`, `id` and similar columns before fitting, or declare the missing features.',
  },
  {
    file: 'matrix',
    features: { age: 'number', fee: 'category' },
    mistake: 'one tensor, but a category among the features',
    sees: 'The model does not fit wheelhouse.yaml:\n- It takes one input "X" for all features, but "fee" is a category. Export it with an input for each feature: initial_types=[("fee", StringTensorType([None, 1])), …] with skl2onnx.\nNo version was registered. docs/troubleshooting.md lists the usual causes.',
    why: 'A tensor holds either numbers or text.',
    fix: 'Give `initial_types` an entry for each feature, `StringTensorType` for categories.',
  },
  {
    file: 'misspelt',
    mistake: 'an input with another name',
    sees: 'The model does not fit wheelhouse.yaml:\n- It has no input for the feature "fee". Did you mean "fees"?\n- Its input "fees" is not a feature in wheelhouse.yaml. Did you mean "fee"? Name the inputs as wheelhouse.yaml names the features.\nNo version was registered. docs/troubleshooting.md lists the usual causes.',
    why: 'Inputs are joined to features by name; their order does not matter.',
    fix: 'Use the names of wheelhouse.yaml in `initial_types`.',
  },
  {
    file: 'good',
    features: { age: 'number', fee: 'category' },
    mistake: 'a number where the feature is a category',
    sees: 'The model does not fit wheelhouse.yaml:\n- Its input "fee" takes float32, but the feature is a category, which is text. Encode it inside the model (a OneHotEncoder in the pipeline, StringTensorType as its input), or declare the feature as a number.\nNo version was registered. docs/troubleshooting.md lists the usual causes.',
    why: 'Categories were encoded before the export, so the model takes numbers.',
    fix: 'Put the encoder into the pipeline that you export, so that it takes text.',
  },
  {
    file: 'int64',
    notWhole: { fee: 'has fractions in 97.5% of the rows, first 9.5 in row 1' },
    mistake: 'whole numbers for a feature with fractions',
    sees: 'The model does not fit wheelhouse.yaml:\n- It takes "fee" as a whole number (int32 or int64), but "fee" has fractions in 97.5% of the rows, first 9.5 in row 1. Export it with FloatTensorType([None, 1]) for that input.\nNo version was registered. docs/troubleshooting.md lists the usual causes.',
    why: 'The model was exported with Int64TensorType, but the training rows have fractions or missing values, which integers cannot represent.',
    fix: '`FloatTensorType([None, 1])`, also for counts.',
  },
  {
    file: 'one-row',
    mistake: 'a fixed number of rows',
    sees: 'The model does not fit wheelhouse.yaml:\n- It takes exactly 1 row at a time: the first dimension of "age", "fee" is fixed. Leave it open: FloatTensorType([None, 1]) with skl2onnx, dynamic_axes or dynamic_shapes with torch.onnx.export.\nNo version was registered. docs/troubleshooting.md lists the usual causes.',
    why: 'The model was exported from an example row with a fixed first dimension.',
    fix: '`[None, 1]` in `initial_types`; `dynamic_axes` or `dynamic_shapes` with torch.',
  },
  {
    file: 'three-classes',
    mistake: 'three classes',
    sees: 'The model does not fit wheelhouse.yaml:\n- Its output "probabilities" has 3 columns, so it tells 3 classes apart. Train on the labels 0 and 1, or set task: multiclass in wheelhouse.yaml.\nNo version was registered. docs/troubleshooting.md lists the usual causes.',
    why: 'The training labels had a third value.',
    fix: 'Train on 0 and 1 only, or set `task: multiclass`.',
  },
  {
    file: 'only-label',
    mistake: 'only the predicted class',
    sees: 'The model does not fit wheelhouse.yaml:\n- Its output "label" is int64: the predicted class, not a probability. Export the output "probabilities" of the classifier too.\nNo version was registered. docs/troubleshooting.md lists the usual causes.',
    why: 'The output with the probabilities was left out.',
    fix: 'Export the complete classifier, with `probabilities`.',
  },
  {
    file: 'two-outputs',
    mistake: 'several outputs without a known name',
    sees: 'The model does not fit wheelhouse.yaml:\n- It has several outputs (label, chance), and none is called "score" or "probabilities". Call the one with the probability of the positive class "score", or leave the others out.\nNo version was registered. docs/troubleshooting.md lists the usual causes.',
    why: 'It is unclear which of them is the score.',
    fix: 'Name one `score`.',
  },
  {
    file: 'opset-too-new',
    mistake: 'an opset that is too new',
    sees: 'loading the model model.onnx: The file uses opset 99 of ai.onnx; onnxruntime here knows up to 26. Export for an older one, e.g. target_opset=26 with skl2onnx.',
    why: 'The exporter is newer than the onnxruntime of Wheelhouse.',
    fix: 'Set `target_opset` when you export.',
  },
  {
    file: 'ml-opset-too-new',
    mistake: 'an opset of ai.onnx.ml that is too new',
    sees: 'loading the model model.onnx: The file uses opset 99 of ai.onnx.ml; onnxruntime here knows up to 5. Export for an older one, e.g. target_opset={"": 18, "ai.onnx.ml": 5} with skl2onnx.',
    why: 'The same, for the operators of trees and encoders.',
    fix: 'Set `target_opset={"": 18, "ai.onnx.ml": 3}` when you export.',
  },
  {
    file: 'ir-too-new',
    mistake: 'an IR version that is too new',
    sees: 'loading the model model.onnx: The file has IR version 99; onnxruntime here reads up to 13. Set it before saving: onnx_model.ir_version = 13. Or use an older onnx package.',
    why: 'The onnx package is newer than the onnxruntime of Wheelhouse.',
    fix: '`onnx_model.ir_version = 10` before you save.',
  },
  {
    file: 'unknown-operator',
    mistake: 'an operator that does not exist',
    sees: 'loading the model model.onnx: The operator Castt is unknown to onnxruntime in opset 1. Export the model with standard operators only: custom operators are not loaded.',
    why: 'The model uses a custom operator, or an operator of a later opset.',
    fix: 'Export with standard operators only.',
  },
];

export const cases: readonly Case[] = MISTAKES.map((mistake) => ({
  section: 'model',
  ...mistake,
  reproduce: () => handOver(mistake),
}));
