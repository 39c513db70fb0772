import { NAME_BYTES } from './types.ts';
import { BYTES, type Fields, VARINT } from './wire.ts';

/** A tensor whose values lie in another file. */
export interface External {
  tensor: string;
  /** The other file as the model names it; undefined where it names none. */
  location: string | undefined;
}

/** What is in a TensorProto: its name, and where its values are if they are elsewhere. */
export function readTensor(tensor: Fields): { name: string; external: External | undefined } {
  let name = '';
  let location: string | undefined;
  let elsewhere = false;
  while (tensor.next()) {
    if (tensor.is(8, BYTES)) name = tensor.string(NAME_BYTES);
    else if (tensor.is(13, BYTES)) {
      elsewhere = true;
      const { key, value } = readEntry(tensor.message());
      if (key === 'location') location = value;
    } else if (tensor.is(14, VARINT) && tensor.int32() !== 0) elsewhere = true;
  }
  return { name, external: elsewhere ? { tensor: name, location } : undefined };
}

/** A SparseTensorProto: the name is that of its values. */
export function readSparse(sparse: Fields): { name: string; external: External | undefined } {
  let name = '';
  let external: External | undefined;
  while (sparse.next()) {
    if (!sparse.is(1, BYTES) && !sparse.is(2, BYTES)) continue;
    const isValues = sparse.field === 1;
    const part = readTensor(sparse.message());
    if (isValues) name = part.name;
    external ??= part.external;
  }
  return { name, external };
}

/** An entry of `external_data`. */
export function readEntry(entry: Fields): { key: string; value: string } {
  let key = '';
  let value = '';
  while (entry.next()) {
    if (entry.is(1, BYTES)) key = entry.string(NAME_BYTES);
    else if (entry.is(2, BYTES)) value = entry.string(NAME_BYTES);
  }
  return { key, value };
}
