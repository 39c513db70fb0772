import type { Dispatch, Platform } from '../../core/platform.ts';
import { type AdapterParts, definePlatform, type PlatformKind } from '../kind.ts';
import { type Settings, settingsFrom, VARIABLES } from './settings.ts';

export const github: PlatformKind = definePlatform({
  name: 'github',
  settings: VARIABLES,
  required: [['GITHUB_APP_ID'], ['GITHUB_APP_PRIVATE_KEY'], ['GITHUB_WEBHOOK_SECRET']],
  install: {
    verb: 'manifest',
    summary: 'the manifest of a GitHub App',
    write: async (_commands, environment, words) =>
      (await import('./manifest.ts')).writeManifest(environment, words),
  },
  create(read) {
    const settings = settingsFrom(read);
    return {
      open: (parts) => opened(settings, parts),
      async examine() {
        const { createGitHub } = await import('./client.ts');
        return (await import('./examine.ts')).examine(createGitHub(settings));
      },
    };
  },
});

/** Its library is loaded on first use. */
function opened(settings: Settings, parts: AdapterParts): Platform {
  let loading: ReturnType<typeof load> | undefined;
  const load = async () => {
    const { createGitHub } = await import('./client.ts');
    const { createGitHubAdapter } = await import('./adapter.ts');
    return createGitHubAdapter(settings, createGitHub(settings), parts);
  };
  const adapter = () => {
    loading ??= load();
    return loading;
  };
  return {
    name: 'github',
    start: async (dispatch: Dispatch) => (await adapter()).start(dispatch),
    stop: async () => (await loading)?.stop(),
    post: async (...post) => (await adapter()).post(...post),
    edit: async (...edit) => (await adapter()).edit(...edit),
    answer: async (...answer) => (await adapter()).answer(...answer),
  };
}
