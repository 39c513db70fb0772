import { NotFound } from '../../core/errors.ts';
import type { Artifacts } from '../../core/ports/artifacts.ts';

const PNG = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/**
 * The bytes of a picture. The same store also contains models and data, which must not be served: anything but a
 * PNG is reported as not found.
 */
export async function readPicture(
  artifacts: Pick<Artifacts, 'read'>,
  sha256: string,
): Promise<Buffer> {
  const bytes = Buffer.from(await artifacts.read(sha256));
  if (bytes.subarray(0, PNG.length).equals(PNG)) return bytes;
  throw new NotFound('There is no such picture.');
}
