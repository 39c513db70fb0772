import { followWork } from './follow.ts';
import { Health } from './health.ts';
import { Meters } from './meters.ts';

/** Looking costs a few reads of Redis and the registry; however often it is scraped, it happens this often. */
const FRESH_MS = 5000;
/** A scrape waits no longer for them, and shows what was seen before. */
const LOOK_MS = 4000;

/** Sets gauges from what it sees. */
type Look = () => Promise<void> | void;

/** What one process shows of itself: whether it is well, and its metrics. */
export class Telemetry {
  readonly health = new Health();
  readonly meters = new Meters();
  readonly #looks: Look[] = [];
  readonly #failed: (error: unknown) => void;
  readonly #unfollow: () => void;
  #lookedAt = Number.NEGATIVE_INFINITY;
  #looking: Promise<void> | undefined;

  /** @param failed told of what could not be measured; the work itself never notices */
  constructor(failed: (error: unknown) => void) {
    this.#failed = failed;
    this.#unfollow = followWork(this.meters, failed);
  }

  /** Adds gauges that are set when somebody asks. */
  onLook(look: Look): void {
    this.#looks.push(look);
  }

  async metrics(): Promise<{ type: string; text: string }> {
    if (performance.now() - this.#lookedAt > FRESH_MS && !this.#looking) {
      this.#lookedAt = performance.now();
      this.#looking = this.#look().finally(() => {
        this.#looking = undefined;
      });
    }
    await Promise.race([this.#looking, late(LOOK_MS)]);
    return { type: this.meters.contentType, text: await this.meters.text() };
  }

  close(): void {
    this.#unfollow();
  }

  async #look(): Promise<void> {
    await Promise.all(
      this.#looks.map(async (look) => {
        try {
          await look();
        } catch (error) {
          this.#failed(error);
        }
      }),
    );
  }
}

const late = (ms: number): Promise<void> =>
  new Promise((done) => {
    setTimeout(done, ms).unref();
  });
