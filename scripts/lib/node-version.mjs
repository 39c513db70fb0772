import { Blocked } from './say.mjs';

const WANTED = [20, 19];

/** @throws Blocked on a Node that is too old */
export function demandNode(version = process.versions.node) {
  const [major, minor] = version.split('.').map(Number);
  const [wantedMajor, wantedMinor] = WANTED;
  if (major > wantedMajor || (major === wantedMajor && minor >= wantedMinor)) return;
  throw new Blocked(
    `Wheelhouse needs Node ${WANTED.join('.')} or newer, this is ${version}: install it from https://nodejs.org.`,
  );
}
