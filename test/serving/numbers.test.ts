import { expect, it } from 'vitest';
import type { Numeric } from '../../src/onnx/inputs.ts';
import { accepts, readInfer } from '../../src/serving/protocol.ts';

const bounds = { earliest: undefined, latest: Number.POSITIVE_INFINITY, hours: 1 };

function read(datatype: string, json: string, element?: Numeric) {
  const body: unknown = JSON.parse(
    `{"inputs":[{"name":"d","datatype":"${datatype}","shape":[1],"data":[${json}]}]}`,
  );
  const accepted = accepts({ d: 'number' }, [element], 8);
  return readInfer(body, accepted, new Date(0), bounds).columns;
}

it.each<[string, string, Numeric | undefined, string]>([
  ['FP64', '1e999', undefined, 'a number above 1.79e308 in row 0, which does not fit FP64'],
  ['FP64', '-1e999', undefined, 'a number below -1.79e308 in row 0, which does not fit FP64'],
  ['FP32', '1e300', undefined, '1e+300 in row 0, which does not fit FP32'],
  ['FP64', '1e300', 'float32', '1e+300 in row 0, which does not fit FP32'],
  ['INT64', '1e300', 'int64', '1e+300 in row 0, which does not fit INT64'],
  ['INT64', '3000000000', 'int32', '3000000000 in row 0, which does not fit INT32'],
  ['INT32', '3000000000', 'float32', '3000000000 in row 0, which does not fit INT32'],
  ['FP32', '0.5', 'int64', '0.5 in row 0, expected a whole number'],
  ['FP32', 'null', 'int32', 'null in row 0, expected a whole number'],
  ['FP32', '"7"', undefined, '"7" in row 0, expected a number'],
])('%s %s for a model that takes %s: %s', (datatype, json, element, fault) => {
  expect(() => read(datatype, json, element)).toThrow(`input "d" has ${fault}`);
});

it.each<[string, string, Numeric | undefined, number | null]>([
  ['FP32', '3.4028234663852886e38', 'float32', 3.4028234663852886e38],
  ['FP64', '1e300', 'float64', 1e300],
  ['FP64', '1e-300', 'float32', 1e-300],
  ['FP32', 'null', 'float32', null],
  ['INT64', '-2147483648', 'int32', -2147483648],
])('%s %s for a model that takes %s', (datatype, json, element, value) => {
  expect(read(datatype, json, element)).toEqual([[value]]);
});
