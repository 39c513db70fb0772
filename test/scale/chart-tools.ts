import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';

const TOOLS = join(homedir(), '.cache', 'wheelhouse', 'chart-tools');
const GO = {
  helm: 'helm.sh/helm/v3/cmd/helm@v3.19.0',
  'kube-score': 'github.com/zegl/kube-score/cmd/kube-score@v1.20.0',
};
/** From sources, on two cores: helm alone takes three minutes on an idle machine. */
const BUILD_MS = 30 * 60_000;

/**
 * The path of a tool: on PATH, or built once into the cache by Go or pip. Undefined, with a notice, if it is not
 * available.
 */
export function chartTool(name: 'helm' | 'kube-score' | 'kubernetes-validate'): string | undefined {
  const path = [...(process.env['PATH'] ?? '').split(delimiter), TOOLS, join(TOOLS, 'venv', 'bin')];
  const found = path.map((folder) => join(folder, name)).find((file) => existsSync(file));
  if (found) return found;
  const built = name === 'kubernetes-validate' ? byPip(name) : byGo(name);
  if (!built)
    process.stderr.write(`${name} is not here and cannot be built: its checks are skipped.\n`);
  return built;
}

function byGo(name: keyof typeof GO): string | undefined {
  mkdirSync(TOOLS, { recursive: true });
  process.stderr.write(`Building ${name} (some minutes, once) …\n`);
  const env = { ...process.env, GOBIN: TOOLS };
  const { status } = spawnSync('go', ['install', GO[name]], { env, timeout: BUILD_MS });
  return status === 0 ? join(TOOLS, name) : undefined;
}

function byPip(name: string): string | undefined {
  const venv = join(TOOLS, 'venv');
  const made = spawnSync('python3', ['-m', 'venv', venv]);
  if (made.status !== 0) return undefined;
  const pip = join(venv, 'bin', 'pip');
  const { status } = spawnSync(pip, ['install', '-q', `${name}==1.37.0`], { timeout: BUILD_MS });
  return status === 0 ? join(venv, 'bin', name) : undefined;
}
