import { commands } from '../../commands/index.ts';
import { readWhatIsRight } from '../../config/settings.ts';
import { BadInput } from '../core/errors.ts';
import { shapeOf } from '../core/shape.ts';
import { adapterKinds } from '../platforms/index.ts';

/** `manifest`, `invite`: what each platform calls the text that installs a bot. */
export const installVerbs = (): string[] => [
  ...new Set(adapterKinds.map(({ install }) => install.verb)),
];

/** The manifest or address that installs the bot. Throws BadInput for a platform that has none of that name. */
export async function writeInstallText(
  verb: string,
  [name, ...words]: readonly string[],
  { settings } = readWhatIsRight(),
): Promise<string> {
  const kind = adapterKinds.find((one) => one.install.verb === verb && one.name === name);
  if (kind) return kind.install.write(commands.map(shapeOf), settings.environment, words);
  const there = adapterKinds.map(
    ({ name, install }) => `npx wheelhouse ${install.verb} ${name}: ${install.summary}`,
  );
  const fault = name ? `No ${verb} exists for "${name}".` : `Which platform is the ${verb} for?`;
  throw new BadInput(fault, { next: `Available: ${there.join('; ')}` });
}
