// Loaded before the command line: reports the process's lifetime, CPU time and memory.
process.on('exit', () => {
  const { user, system } = process.cpuUsage();
  process.send?.({
    seconds: performance.now() / 1000,
    cpuSeconds: (user + system) / 1e6,
    megabytes: process.resourceUsage().maxRSS / 1024,
  });
});
