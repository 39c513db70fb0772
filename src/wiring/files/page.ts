import type { SvgPicture } from '../../charts/svg.ts';
import { visible } from '../../core/one-line.ts';

/** Text in a page: nothing of it is markup, and what no reader can see is a space. */
function escaped(text: string): string {
  const entities: Record<string, string> = {
    ...{ '&': '&amp;', '<': '&lt;', '>': '&gt;' },
    ...{ '"': '&quot;', "'": '&#39;' },
  };
  return visible(text)
    .replace(/[\p{Cc}\p{Cs}\u2028\u2029]+/gu, ' ')
    .replace(/[&<>"']/g, (one) => entities[one] ?? one);
}

const STYLE = `
  :root { color-scheme: light dark }
  body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
  h1 { font-size: 1.4rem } h2 { font-size: 1.1rem; margin: 2rem 0 .5rem; overflow-wrap: anywhere }
  .wide { overflow-x: auto } table { border-collapse: collapse; font-variant-numeric: tabular-nums }
  th, td { padding: .3rem .7rem; border-bottom: 1px solid #8884; text-align: right; white-space: nowrap }
  th:first-child, td:first-child { text-align: left; max-width: 20rem; overflow: hidden; text-overflow: ellipsis }
  .bad { color: #b3261e; font-weight: 600 } @media (prefers-color-scheme: dark) { .bad { color: #ff897d } }
  figure { margin: 0 } img { max-width: 100%; height: auto; background: #fff; border-radius: 6px }
`;

interface Page {
  title: string;
  headline: string;
  /** The first row is the head. */
  table: readonly (readonly string[])[];
  /** Verdicts that stand out. */
  bad: readonly string[];
  notes: readonly string[];
  charts: readonly { title: string; text: string; picture: SvgPicture | undefined }[];
}

/** One page that holds all it needs. It runs no script, and a browser loads nothing for it. */
export function page({ title, headline, table, bad, notes, charts }: Page): string {
  const [head = [], ...rows] = table;
  const cell = (text: string) =>
    `<td${bad.includes(text) ? ' class="bad"' : ''}>${escaped(text)}</td>`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
<title>${escaped(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>${escaped(title)}</h1>
<p>${escaped(headline)}</p>
<div class="wide" tabindex="0" role="region" aria-label="Figures">
<table>
<thead><tr>${head.map((text) => `<th scope="col">${escaped(text)}</th>`).join('')}</tr></thead>
<tbody>
${rows.map((row) => `<tr>${row.map(cell).join('')}</tr>`).join('\n')}
</tbody>
</table>
</div>
${notes.length > 0 ? `<ul>${notes.map((note) => `<li>${escaped(note)}</li>`).join('')}</ul>` : ''}
${charts.map(section).join('\n')}
</main>
</body>
</html>
`;
}

/** As an image: whatever a chart holds, a browser runs and loads nothing of it. */
function section({ title, text, picture }: Page['charts'][number]): string {
  const image = picture
    ? `<figure><img alt="${escaped(picture.alt)}" src="data:image/svg+xml;base64,${Buffer.from(picture.svg).toString('base64')}"></figure>`
    : '';
  return `<section><h2>${escaped(title)}</h2><p>${escaped(text)}</p>${image}</section>`;
}
