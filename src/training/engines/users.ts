import type { EngineUser, ProgramUsers } from '../../core/engine-kind.ts';
import type { RunAs } from '../run-as.ts';

/** Users for programs that outlive the call that started them. */
export function createProgramUsers(runAs?: RunAs): ProgramUsers {
  const taken = new Map<string, EngineUser>();
  return {
    async take(id, order) {
      const user = await runAs?.begin(order);
      if (user) taken.set(id, user);
      return user;
    },
    release(id) {
      const user = taken.get(id);
      if (user) runAs?.end(user);
      taken.delete(id);
    },
  };
}
