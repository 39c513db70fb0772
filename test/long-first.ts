import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Files that take half a minute. Started last, they would run alone at the end, so the longest come first. */
const LONG = [
  ...['/test/story/', '/test/release/worker-killed', '/test/release/model-based'],
  ...['/test/wiring/reproduce', '/test/serving/isolation/hang', '/test/wiring/ci/'],
  ...['/test/jobs/', '/test/storm/', '/test/supervisor/demo', '/test/wiring/hung-roles'],
  ...['/test/queue/crash', '/test/plug-ins/adding', '/test/serving/challenger/', '/test/training/'],
  ...['/test/registry/migrations', '/test/registry/transfer', '/test/examples/flights/'],
];

/** Vitest's order, except that long files come first. */
export class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const place = ({ moduleId }: TestSpecification) => {
      const at = LONG.findIndex((part) => moduleId.includes(part));
      return at === -1 ? LONG.length : at;
    };
    return sorted.toSorted((one, other) => place(one) - place(other));
  }
}
