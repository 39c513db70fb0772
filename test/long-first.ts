import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Where a file takes a minute: begun last, it would be waited for alone. */
const LONG = ['/test/story/', '/test/storm/', '/test/supervisor/demo', '/test/jobs/'];

/** The order of Vitest, but for the long files, which come first. */
export class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isLong = ({ moduleId }: TestSpecification) =>
      LONG.some((part) => moduleId.includes(part));
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))];
  }
}
