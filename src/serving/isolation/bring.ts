import { NotFound, Unreachable, WheelhouseError } from '../../core/errors.ts';
import { ObjectCorrupt } from '../../core/object-errors.ts';
import type { Artifacts } from '../../core/ports/artifacts.ts';
import type { InferenceChild } from './child.ts';
import type { InferenceSettings, Order, Word } from './messages.ts';

type Brought = Extract<Order, { type: 'brought' }>;

/** A process without credentials cannot fetch an artifact: this does it for one, and says how it went. */
export async function bring(
  child: Pick<InferenceChild, 'send'>,
  sha256: string,
  options: { bring?(sha256: string): Promise<void> },
): Promise<void> {
  const problem = await options.bring?.(sha256).then(
    () => undefined,
    (error: unknown): Brought['problem'] => {
      if (!(error instanceof WheelhouseError)) return { blame: 'us', message: String(error) };
      const { blame, message, next } = error;
      return { blame, message, ...(next !== undefined && { next }) };
    },
  );
  child.send({ type: 'brought', sha256, ...(problem && { problem }) });
}

/** Artifacts in the folder of the settings, of which those that are missing are brought there by the controller. */
export function bringing(
  { artifacts: dir, bring: some = false }: Pick<InferenceSettings, 'artifacts' | 'bring'>,
  artifactsIn: (dir: string) => Artifacts,
  say: (word: Word) => void,
): Artifacts {
  const artifacts = artifactsIn(dir);
  if (!some) return artifacts;
  const waiting = new Map<string, (order: Brought) => void>();
  process.on('message', (order: Order) => {
    if (order.type === 'brought') waiting.get(order.sha256)?.(order);
  });
  const asked = new Map<string, Promise<void>>();
  const fetched = async (sha256: string) => {
    const { problem } = await new Promise<Brought>((resolve) => {
      waiting.set(sha256, resolve);
      say({ type: 'bring', sha256 });
    }).finally(() => {
      waiting.delete(sha256);
      asked.delete(sha256);
    });
    if (!problem) return;
    const { blame, message, next } = problem;
    throw new WheelhouseError(blame, message, next === undefined ? {} : { next });
  };
  return {
    ...artifacts,
    async read(sha256) {
      for (let attempt = 1; ; attempt += 1) {
        const bytes = await artifacts.read(sha256).catch(unlessMissing);
        if (bytes) return bytes;
        // What was brought may be evicted before it is read, by those who need other ones.
        if (attempt > ATTEMPTS)
          throw new Unreachable(`reading the artifact ${sha256}: the cache is too small for it.`, {
            next: 'Raise "objects.cache_gb": docs/storage.md#cache.',
          });
        const asking = asked.get(sha256) ?? fetched(sha256);
        asked.set(sha256, asking);
        await asking;
      }
    },
  };
}

const ATTEMPTS = 3;

/** A copy that is damaged is replaced like one that is missing. */
function unlessMissing(error: unknown): undefined {
  if (error instanceof NotFound || error instanceof ObjectCorrupt) return undefined;
  throw error;
}
