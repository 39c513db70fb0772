import { inflateSync } from 'node:zlib';

export interface Image {
  width: number;
  height: number;
  /** RGBA, row by row. */
  pixels: Uint8Array;
}

const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/** Reads 8-bit RGBA without interlacing, which is all the renderer writes; anything else throws. */
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
      const [r = 255, g = 255, b = 255, a = 0] = pixels.subarray(at, at + 4);
      if (a > 200 && r + g + b < 240) dark += 1;
    }
  return dark;
}

function unfilter(raw: Uint8Array, stride: number, rows: number): Uint8Array {
  const out = new Uint8Array(stride * rows);
  for (let row = 0; row < rows; row += 1) {
    const filter = raw[row * (stride + 1)] ?? 0;
    for (let at = 0; at < stride; at += 1) {
      const left = at >= 4 ? (out[row * stride + at - 4] ?? 0) : 0;
      const up = row > 0 ? (out[(row - 1) * stride + at] ?? 0) : 0;
      const corner = at >= 4 && row > 0 ? (out[(row - 1) * stride + at - 4] ?? 0) : 0;
      const predicted = [0, left, up, (left + up) >> 1, paeth(left, up, corner)][filter] ?? 0;
      out[row * stride + at] = (raw[row * (stride + 1) + 1 + at] ?? 0) + predicted;
    }
  }
  return out;
}

function paeth(left: number, up: number, corner: number): number {
  const guess = left + up - corner;
  const [a, b, c] = [left, up, corner].map((each) => Math.abs(guess - each));
  if (a === undefined || b === undefined || c === undefined) return 0;
  if (a <= b && a <= c) return left;
  return b <= c ? up : corner;
}
