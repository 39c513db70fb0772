import { inflateSync } from 'node:zlib';

export interface Image {
  width: number;
  height: number;
  /** RGBA, row by row. */
  pixels: Uint8Array;
}

const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/** Reads 8-bit RGBA without interlacing, the renderer's only format; anything else throws. */
export function decode(file: Uint8Array): Image {
  const bytes = Buffer.from(file);
  if (!bytes.subarray(0, 8).equals(signature)) throw new Error('not a PNG');
  const data: Buffer[] = [];
  let header = Buffer.alloc(0);
  for (let at = 8; at < bytes.length; ) {
    const length = bytes.readUInt32BE(at);
    const kind = bytes.toString('latin1', at + 4, at + 8);
    const body = bytes.subarray(at + 8, at + 8 + length);
    if (kind === 'IHDR') header = Buffer.from(body);
    if (kind === 'IDAT') data.push(body);
    at += 12 + length;
  }
  if (header.readUInt16BE(8) !== 0x0806 || header[12] !== 0) throw new Error('not plain RGBA');
  const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)];
  return { width, height, pixels: unfilter(inflateSync(Buffer.concat(data)), width * 4, height) };
}

/** How many pixels of a box (in pixels of the PNG) are dark and opaque. */
export function darkPixels(
  { width, pixels }: Image,
  left: number,
  top: number,
  right: number,
  bottom: number,
) {
  let dark = 0;
  for (let y = top; y < bottom; y += 1)
    for (let x = left; x < right; x += 1) {
      const at = (y * width + x) * 4;
      const sum = (pixels[at] ?? 255) + (pixels[at + 1] ?? 255) + (pixels[at + 2] ?? 255);
      if ((pixels[at + 3] ?? 0) > 200 && sum < 240) dark += 1;
    }
  return dark;
}

/** A picture has millions of bytes: nothing here may allocate for each. */
function unfilter(raw: Uint8Array, stride: number, rows: number): Uint8Array {
  const out = new Uint8Array(stride * rows);
  for (let row = 0; row < rows; row += 1) {
    const filter = raw[row * (stride + 1)] ?? 0;
    const from = row * (stride + 1) + 1;
    const to = row * stride;
    for (let at = 0; at < stride; at += 1) {
      const left = at >= 4 ? (out[to + at - 4] ?? 0) : 0;
      const up = row > 0 ? (out[to + at - stride] ?? 0) : 0;
      const corner = at >= 4 && row > 0 ? (out[to + at - stride - 4] ?? 0) : 0;
      out[to + at] = (raw[from + at] ?? 0) + predicted(filter, left, up, corner);
    }
  }
  return out;
}

function predicted(filter: number, left: number, up: number, corner: number): number {
  if (filter === 0) return 0;
  if (filter === 1) return left;
  if (filter === 2) return up;
  if (filter === 3) return (left + up) >> 1;
  if (filter === 4) return paeth(left, up, corner);
  throw new Error(`not a PNG: filter ${filter}`);
}

function paeth(left: number, up: number, corner: number): number {
  const a = Math.abs(up - corner);
  const b = Math.abs(left - corner);
  const c = Math.abs(left + up - 2 * corner);
  if (a <= b && a <= c) return left;
  return b <= c ? up : corner;
}
