import { BadInput, inWords, NotFound, WheelhouseError } from './core/errors.ts';
import { oneLine } from './core/one-line.ts';
import { parseWords } from './core/parse-words.ts';
import { withoutSecrets } from './core/secrets.ts';
import type { Role } from './wiring/role.ts';

/** Each start loads only what it runs: a gateway needs no chat platform, and everything starts faster. */
const ROLES: Record<string, () => Promise<Role>> = {
  policy: async () => (await import('./wiring/policy.ts')).startPolicy,
  serve: async () => (await import('./wiring/serve.ts')).startServe,
  worker: async () => (await import('./wiring/worker.ts')).startWorker,
  monitor: async () => (await import('./wiring/monitor.ts')).startMonitor,
  bot: async () => (await import('./wiring/bot.ts')).startBot,
};

/** `start [--role bot,worker]`, `role NAME`, `demo [--fresh]`, `doctor [PLATFORM] [--json]`, `audit verify`, `export FILE`, `import FILE`, `evidence MODEL VERSION`, `verify PATH`, `keys list`, `keys revoke ID`, `try MODEL`, `ci MODEL`, `reproduce MODEL VERSION`, `storage`, `drift REFERENCE CURRENT`, `evaluate CHAMPION CHALLENGER`, `backtest MODEL`, `mcp AGENT`, `manifest slack`. */
async function main(words: readonly string[]): Promise<void> {
  const [verb = 'start', ...rest] = words;
  switch (verb) {
    case 'demo': {
      const options = { fresh: { type: 'boolean' } } as const;
      const { values } = parseWords({ args: rest, options }, 'npx wheelhouse demo [--fresh]');
      const { readAll } = await import('./wiring/startup.ts');
      const { adapterKinds } = await import('./platforms/index.ts');
      const { targetVariables } = await import('./wiring/targets.ts');
      const { hookVariables, sourceVariables } = await import('./wiring/data/hooks.ts');
      const { webhookVariables } = await import('./wiring/webhooks.ts');
      const { trackingVariables } = await import('./wiring/tracking.ts');
      const { objectVariables } = await import('./wiring/objects.ts');
      const { runDemo } = await import('./supervisor/index.ts');
      const { settings, workspace } = await readAll('demo');
      return runDemo({
        settings,
        workspace,
        fresh: values.fresh === true,
        ofAdapters: [
          ...adapterKinds.flatMap(({ variables }) => variables),
          ...hookVariables(workspace),
        ],
        ofTargets: [
          ...targetVariables(workspace),
          ...webhookVariables(workspace),
          ...trackingVariables(workspace),
          ...sourceVariables(workspace),
        ],
        ofObjects: objectVariables(workspace),
      });
    }
    case 'role':
      return run(rest);
    case 'start': {
      const every = Object.keys(ROLES).join(',');
      const options = { role: { type: 'string', default: every } } as const;
      const usage = `npx wheelhouse start [--role ${every}]`;
      return run(parseWords({ args: rest, options }, usage).values.role.split(','));
    }
    case 'doctor': {
      const named = rest[0]?.startsWith('-') ? undefined : rest[0];
      const { values } = parseWords(
        {
          args: named === undefined ? rest : rest.slice(1),
          options: { json: { type: 'boolean' } },
        },
        'npx wheelhouse doctor [PLATFORM] [--json]',
      );
      const { runDoctor, runPlatformDoctor } = await import('./wiring/doctor.ts');
      const how = { json: values.json === true };
      const { stdout } = process;
      const healthy = await (named === undefined
        ? runDoctor(how, stdout)
        : runPlatformDoctor(named, how, stdout));
      process.exitCode = healthy ? 0 : 1;
      // A platform that does not answer must not keep the program running.
      setTimeout(() => process.exit(), 1000).unref();
      return;
    }
    case 'audit':
      process.exitCode = (await (
        await import('./wiring/audit.ts')
      ).verifyAudit(rest, process.stdout))
        ? 0
        : 1;
      return;
    case 'export':
      return (await import('./wiring/transfer.ts')).runExport(rest, process.stdout);
    case 'import':
      return (await import('./wiring/transfer.ts')).runImport(rest, process.stdout);
    case 'try': {
      const { runTry } = await import('./wiring/try/index.ts');
      process.exitCode = await runTry(rest, interruptible());
      return;
    }
    case 'ci': {
      const { runCi } = await import('./wiring/ci/index.ts');
      process.exitCode = await runCi(rest, interruptible());
      return;
    }
    case 'reproduce': {
      const { runReproduce } = await import('./wiring/reproduce/index.ts');
      process.exitCode = await runReproduce(rest, interruptible());
      return;
    }
    case 'storage':
      return (await import('./wiring/storage/index.ts')).runStorage(rest, process.stdout);
    case 'mcp':
      return (await import('./wiring/mcp.ts')).runMcp(rest, process);
    case 'backtest':
      return (await import('./wiring/backtest/index.ts')).runBacktest(rest, process.stdout);
    case 'keys':
      return (await import('./wiring/proof/keys.ts')).runKeys(rest, process.stdout);
    case 'evidence':
      return (await import('./wiring/proof/evidence.ts')).runEvidence(rest, process.stdout);
    case 'verify':
      process.exitCode = await (await import('./wiring/proof/verify.ts')).runVerify(
        rest,
        process.stdout,
      );
      return;
    case 'drift':
      process.exitCode = await (await import('./wiring/files/drift.ts')).runDrift(rest, process);
      return;
    case 'evaluate':
      process.exitCode = await (await import('./wiring/files/evaluate.ts')).runEvaluate(
        rest,
        process,
      );
      return;
    default: {
      const { installVerbs, writeInstallText } = await import('./wiring/install.ts');
      if (installVerbs().includes(verb)) return print(await writeInstallText(verb, rest));
      throw new BadInput(`There is no command "${oneLine(verb)}".`, {
        next: `Commands that need no server: start, role, demo, doctor, audit verify, export, import, evidence, verify, keys, try, ci, reproduce, storage, drift, evaluate, backtest, mcp or ${installVerbs().join(' or ')}.`,
      });
    }
  }
}

/** Where a command writes, and a signal that Ctrl-C aborts. */
function interruptible() {
  const interrupted = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => interrupted.abort());
  const { stdout, stderr } = process;
  return { stdout, stderr, signal: interrupted.signal };
}

function print(text: string): void {
  process.stdout.write(text.endsWith('\n') ? text : `${text}\n`);
}

async function run(names: readonly string[]): Promise<void> {
  const chosen = names.map((name) => {
    const role = ROLES[name];
    if (!role)
      throw new BadInput(`There is no role "${name}".`, {
        next: `There are ${Object.keys(ROLES).join(', ')}.`,
      });
    return role;
  });
  const { runRoles } = await import('./wiring/role.ts');
  return runRoles(names, await Promise.all(chosen.map((load) => load())));
}

// Node would print such an error with all of its fields, e.g. a command and its password.
process.on('uncaughtException', fail);

function fail(error: unknown): void {
  const ours = !(error instanceof WheelhouseError);
  const words =
    ours && error instanceof Error ? withoutSecrets(error.stack ?? error.message) : inWords(error);
  process.stderr.write(`${words}\n`);
  process.exit(error instanceof BadInput || error instanceof NotFound ? 2 : 1);
}

main(process.argv.slice(2)).catch(fail);
