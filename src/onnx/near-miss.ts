interface Other {
  /** Bytes as Latin-1; any of them. */
  begins: readonly string[];
  /** Where they stand. */
  at?: number;
  is: string;
  next: string;
}

/** What people provide instead of ONNX, by its first bytes. */
const OTHERS: readonly Other[] = [
  {
    begins: ['\x80\x02', '\x80\x03', '\x80\x04', '\x80\x05'],
    is: 'a Python pickle (as pickle.dump and joblib.dump write)',
    next: 'Convert the model with skl2onnx.to_onnx and write onnx_model.SerializeToString() instead.',
  },
  {
    begins: ['PK\x03\x04'],
    is: 'a zip archive (as torch.save, Keras and numpy.savez write)',
    next: 'Export the model as ONNX instead, e.g. with torch.onnx.export or tf2onnx.',
  },
  {
    begins: ['\x89HDF'],
    is: 'an HDF5 file (as older Keras writes)',
    next: 'Export the model as ONNX instead, e.g. with tf2onnx.',
  },
  {
    begins: ['TFL3'],
    at: 4,
    is: 'a TensorFlow Lite model',
    next: 'Export the model as ONNX instead, e.g. with tf2onnx.',
  },
  {
    // onnxruntime treats anything with this marker as its own format; only ONNX is supported here.
    begins: ['ORTM'],
    at: 4,
    is: "a model in onnxruntime's own format (.ort)",
    next: 'Hand over the .onnx file that it was made from.',
  },
  {
    begins: ['tree\nversion=', 'tree\r\nversion='],
    is: "LightGBM's own text format",
    next: 'Convert the model with onnxmltools.convert_lightgbm instead.',
  },
  {
    begins: ['{L\0', 'binf'],
    is: "XGBoost's own format",
    next: 'Convert the model with onnxmltools.convert_xgboost instead.',
  },
  {
    begins: ['CBM1'],
    is: "CatBoost's own format",
    next: 'Save it with model.save_model(path, format="onnx") instead.',
  },
  {
    begins: ['\x1f\x8b'],
    is: 'compressed with gzip',
    next: 'Hand over the .onnx file itself.',
  },
  {
    begins: ['version https://git-lfs'],
    is: 'a pointer of Git LFS, not the file that it stands for',
    next: 'Fetch the file with "git lfs pull".',
  },
  {
    begins: ['{', '['],
    is: 'JSON',
    next: 'Export the model as ONNX, a binary file.',
  },
  {
    begins: ['<'],
    is: 'HTML or XML (PMML, or the error page of a download)',
    next: 'Export the model as ONNX, a binary file.',
  },
];

const LOOKED_AT = 64;

/** What the bytes are, if they start like a well-known format other than ONNX, and what to do. */
export function nearMiss(bytes: Uint8Array): { is: string; next: string } | undefined {
  if (bytes.length === 0)
    return { is: 'empty', next: 'Write the model before you report the artifact.' };
  const beginning = Buffer.from(bytes.subarray(0, LOOKED_AT)).toString('latin1');
  return OTHERS.find(({ begins, at = 0 }) => begins.some((one) => beginning.startsWith(one, at)));
}
