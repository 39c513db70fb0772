const SYSTEMS = ['aix', 'android', 'darwin', 'freebsd', 'linux', 'netbsd', 'openharmony', 'win32'];
const PROCESSORS = ['arm64', 'x64', 'ia32', 'arm', 'ppc64', 'riscv64', 's390x', 'loong64'];

/**
 * Optional dependencies with a fixed version that the lock file mentions but has no entry for.
 * @param {Record<string, {optionalDependencies?: Record<string, string>, dev?: boolean}>} packages
 * @returns {{name: string, version: string, dev: boolean}[]}
 */
export function missingBinaries(packages) {
  return Object.entries(packages).flatMap(([path, { optionalDependencies = {}, dev = false }]) =>
    Object.entries(optionalDependencies)
      .filter(([name]) => !isFound(packages, path, name))
      .map(([name, version]) => ({ name, version, dev })),
  );
}

/** Looks for a package as Node does: next to the one that needs it, then in each parent folder. */
function isFound(packages, from, name) {
  const steps = from.split('/node_modules/');
  return (
    steps.some((_, index) => {
      const folder = steps.slice(0, steps.length - index).join('/node_modules/');
      return `${folder}/node_modules/${name}`.replace(/^\//, '') in packages;
    }) || `node_modules/${name}` in packages
  );
}

/** With an entry for each, in npm's order. Without a hash: the package cannot be downloaded here. */
export function withBinaries(packages, missing) {
  const added = missing.map(({ name, version, dev }) => {
    const { cpu, libc, os } = machineOf(name);
    // In npm's order, so that its next run changes nothing.
    const entry = { version, cpu, ...(dev && { dev }), ...(libc && { libc }), optional: true, os };
    return [`node_modules/${name}`, entry];
  });
  const all = [...Object.entries(packages), ...added];
  return Object.fromEntries(all.toSorted(([one], [other]) => one.localeCompare(other, 'en')));
}

function machineOf(name) {
  const words = name.split(/[-/]/);
  const os = SYSTEMS.filter((system) => words.includes(system));
  const cpu = PROCESSORS.filter((processor) => words.includes(processor));
  if (os.length !== 1 || cpu.length !== 1)
    throw new Error(`completing package-lock.json: ${name} does not say which machine it is for`);
  const musl = words.some((word) => word.startsWith('musl'));
  return { cpu, libc: os[0] === 'linux' ? [musl ? 'musl' : 'glibc'] : undefined, os };
}
