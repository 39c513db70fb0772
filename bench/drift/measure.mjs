// Loaded before the command line: tells how long the process lived, how much it computed and how much memory it took.
process.on('exit', () => {
  const { user, system } = process.cpuUsage();
  process.send?.({
    seconds: performance.now() / 1000,
    cpuSeconds: (user + system) / 1e6,
    megabytes: process.resourceUsage().maxRSS / 1024,
  });
});
