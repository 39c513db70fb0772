/** What a bundle knows. Whatever is missing is said to be unknown. */
export interface ModelCard {
  model: string;
  version: number;
  environment: string;
  sections: { title: string; facts: Fact[] }[];
}

/** A sentence, and the audit event that it rests on. */
export interface Fact {
  text: string;
  /** The number of the event; undefined if there is none. */
  event?: number | undefined;
  /** The file of the bundle that has the details. */
  file?: string | undefined;
}

/** The card as Markdown. Free text of people is quoted, so that it cannot pass for a heading or a link. */
export function modelCardText({ model, version, environment, sections }: ModelCard): string {
  const lines = [`# ${plain(model)} v${version} in ${plain(environment)}`, ''];
  for (const { title, facts } of sections) {
    lines.push(`## ${title}`, '');
    for (const { text, event, file } of facts) {
      const links = [
        ...(event === undefined ? [] : [`[event ${event}](audit.json)`]),
        ...(file === undefined ? [] : [`[${file}](${file})`]),
      ];
      lines.push(`- ${plain(text)}${links.length > 0 ? ` (${links.join(', ')})` : ''}`);
    }
    lines.push('');
  }
  return lines.join('\n');
}

const plain = (text: string): string =>
  text.replaceAll(/\s+/g, ' ').replaceAll(/[\\`*_[\]<>#|]/g, (sign) => `\\${sign}`);
