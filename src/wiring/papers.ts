import { commands } from '../../commands/index.ts';
import { readWhatIsRight } from '../../config/settings.ts';
import { BadInput } from '../core/errors.ts';
import { shapeOf } from '../core/shape.ts';
import { platforms } from '../platforms/index.ts';

/** `manifest`, `invite`: what platforms call the paper by which a bot is installed. */
export const paperVerbs = (): string[] => [...new Set(platforms.map(({ papers }) => papers.verb))];

/** What somebody who installs the bot pastes or opens. Throws BadInput for a platform that has no such paper. */
export async function writePapers(
  verb: string,
  [name, ...words]: readonly string[],
): Promise<string> {
  const kind = platforms.find((one) => one.papers.verb === verb && one.name === name);
  if (kind)
    return kind.papers.write(commands.map(shapeOf), readWhatIsRight().settings.environment, words);
  const there = platforms.map(
    ({ name, papers }) => `npx wheelhouse ${papers.verb} ${name}: ${papers.summary}`,
  );
  const fault = name ? `No ${verb} exists for "${name}".` : `Which platform is the ${verb} for?`;
  throw new BadInput(fault, { next: `Available: ${there.join('; ')}` });
}
