/**
 * What was typed, without Slack's markup for links and names.
 * https://docs.slack.dev/messaging/formatting-message-text
 */
export function inWords(text: string): string {
  return text
    .replaceAll(
      /<([@#!]?)([^|<>]*)(?:\|([^<>]*))?>/g,
      (_, sign: string, id: string, label = '') => {
        if (sign === '') return label || id;
        const name = label || id.replace(/^subteam\^/, '');
        return `${sign === '#' ? '#' : '@'}${name.replace(/^[@#]/, '')}`;
      },
    )
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
}
