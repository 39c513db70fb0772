/** Who may do what, and when: the only place for these rules. Pure. */

export { askedNow, ruleOf } from './policy/asked.ts';
export { automationMayAct, heldForUndeploy, released, takenOver } from './policy/endpoint.ts';
export { freezeStatus } from './policy/freezes.ts';
export { mayNotRequest } from './policy/request.ts';
export { mayNotAct } from './policy/rights.ts';
export { judgeSwitch, mayNotBeServed, mayNotGoLive } from './policy/switch.ts';
export { judge, type NotCounted, type Ruling, waitsFor } from './policy/votes.ts';
