import { tasks } from '../../src/tasks/index.ts';
import { type TaskFixture, taskContract } from '../contracts/task.ts';

for (const { name } of tasks) {
  const { fixture }: { fixture: TaskFixture } = await import(`./${name}/fixture.ts`);
  taskContract(fixture);
}
