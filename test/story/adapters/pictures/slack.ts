import type { types } from '@slack/bolt';
import { type Files, imageOf, page, text, WHEEL } from './html.ts';

type Block = types.KnownBlock | types.Block;

const STYLE = `
body{background:#fff;color:#1d1c1d;font:15px/1.46 Lato,"Liberation Sans",sans-serif;padding:16px 20px;width:720px}
.message{display:flex;gap:10px}.face{width:36px;height:36px;flex:none}.main{flex:1;min-width:0}
.who{font-weight:900}.app{background:#eee;color:#616061;border-radius:2px;font:10px "Liberation Sans";padding:1px 3px;margin:0 6px}.when{color:#616061;font-size:12px}
h2{font-size:18px;margin:6px 0 4px}p,.fields,pre,.context,.actions,figure{margin:8px 0 0}
p{white-space:pre-wrap}.fields{display:grid;grid-template-columns:1fr 1fr;gap:8px 16px;white-space:pre-wrap}
pre{font:12px/1.5 "DejaVu Sans Mono",monospace;background:#f8f8f8;border:1px solid #ddd;border-radius:4px;padding:8px;white-space:pre;overflow:hidden}
.context{color:#616061;font-size:13px;white-space:pre-wrap}.actions{display:flex;gap:8px;flex-wrap:wrap}
.button{border:1px solid #c8c8c8;border-radius:4px;font-weight:700;font-size:13px;padding:5px 11px}
.primary{background:#007a5a;border-color:#007a5a;color:#fff}.danger{background:#e01e5a;border-color:#e01e5a;color:#fff}
table{border-collapse:collapse;font-size:13px;margin:8px 0 0}caption{color:#616061;text-align:left;padding-bottom:4px}
th,td{border:1px solid #ddd;padding:4px 8px;text-align:left;vertical-align:top}
details{border:1px solid #ddd;border-radius:8px;margin:8px 0 0;padding:8px 12px}summary{font-weight:700}
ul{list-style:none;margin:4px 0 0;padding:0}.pending{color:#616061}.complete::before{content:"✓ "}.in_progress::before{content:"● "}.pending::before{content:"○ "}
figure img{display:block;width:520px;border-radius:6px;border:1px solid #ddd}figcaption{color:#616061;font-size:13px;margin-bottom:4px}
hr{border:0;border-top:1px solid #ddd;margin:18px 0}`;

/** Blocks roughly as Slack shows them. Throws for unknown ones, so that no part is missed. */
export function slackPage(blocks: readonly Block[], files: Files): string {
  const head =
    '<div><span class="who">wheelhouse</span><span class="app">APP</span><span class="when">6:16 PM</span></div>';
  const inside = blocks.map((block) => shown(block, files)).join('');
  return page(STYLE, `<div class="message">${WHEEL}<div class="main">${head}${inside}</div></div>`);
}

/** The app's Home tab for one person. */
export function slackHome(blocks: readonly Block[]): string {
  return page(STYLE, blocks.map((block) => shown(block, new Map())).join(''));
}

function shown(block: Block, files: Files): string {
  if (!('type' in block)) throw new Error('a block without a type');
  const known: types.KnownBlock = JSON.parse(JSON.stringify(block));
  switch (known.type) {
    case 'header':
      return `<h2>${text(known.text.text)}</h2>`;
    case 'divider':
      return '<hr>';
    case 'section':
      return known.fields
        ? `<div class="fields">${known.fields.map((field) => `<div>${written(field)}</div>`).join('')}</div>`
        : `<p>${known.text ? written(known.text) : ''}</p>`;
    case 'context':
      return `<div class="context">${known.elements.map(contextOf).join(' ')}</div>`;
    case 'actions':
      return `<div class="actions">${known.elements.map(buttonOf).join('')}</div>`;
    case 'image': {
      const id =
        'slack_file' in known && known.slack_file && 'id' in known.slack_file
          ? known.slack_file.id
          : '';
      const title = known.title ? `<figcaption>${text(known.title.text)}</figcaption>` : '';
      return `<figure>${title}${imageOf(files, id ?? '', known.alt_text)}</figure>`;
    }
    case 'rich_text':
      return known.elements.map(richOf).join('');
    case 'data_table':
      return tableOf(known.rows, known.caption);
    case 'table':
      return tableOf(known.rows);
    case 'container': {
      const open = known.default_collapsed ? '' : ' open';
      const inside = known.child_blocks.map((child) => shown(child, files)).join('');
      return `<details${open}><summary>${text(known.title?.text ?? '')}</summary>${inside}</details>`;
    }
    case 'plan': {
      const tasks = (known.tasks ?? []).map((task) => {
        if (!('status' in task)) throw new Error('a task without a status');
        return `<li class="${task.status}">${text(String(task.title))}</li>`;
      });
      return `<p><b>${text(known.title)}</b></p><ul>${tasks.join('')}</ul>`;
    }
    default:
      throw new Error(`no picture shows a block of the kind ${known.type}`);
  }
}

function written(given: types.TextObject): string {
  if (given.type === 'plain_text') return text(given.text);
  const plain = given.text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
  return text(plain).replace(/^\*(.+)\*$/m, '<b>$1</b>');
}

function tableOf(rows: types.DataTableBlock['rows'], caption?: string): string {
  const [head = [], ...body] = rows.map((row) =>
    row.map((cell) => {
      if (cell.type === 'rich_text') throw new Error('no picture shows rich text in a table');
      return text(cell.text);
    }),
  );
  const line = (cells: string[], tag: string) =>
    `<tr>${cells.map((cell) => `<${tag}>${cell}</${tag}>`).join('')}</tr>`;
  const named = caption === undefined ? '' : `<caption>${text(caption)}</caption>`;
  return `<table>${named}${line(head, 'th')}${body.map((row) => line(row, 'td')).join('')}</table>`;
}

function contextOf(element: types.ContextBlockElement): string {
  if (element.type === 'image') throw new Error('no picture shows an image in a context');
  return written(element);
}

function buttonOf(element: types.ActionsBlockElement): string {
  if (element.type !== 'button') throw new Error(`no picture shows a ${element.type}`);
  return `<span class="button ${element.style ?? ''}">${text(element.text.text)}</span>`;
}

const EMOJI: Record<string, string> = { white_check_mark: '✅', x: '❌' };

function richOf(part: types.RichTextBlock['elements'][number]): string {
  if (part.type !== 'rich_text_section' && part.type !== 'rich_text_preformatted')
    throw new Error(`no picture shows a ${part.type}`);
  const tag = part.type === 'rich_text_section' ? 'p' : 'pre';
  const inside = part.elements.map((element) => {
    if (element.type === 'emoji') return text(EMOJI[element.name] ?? `:${element.name}:`);
    if (element.type !== 'text') throw new Error(`no picture shows a ${element.type}`);
    const bold = element.style && 'bold' in element.style && element.style.bold;
    return bold ? `<b>${text(element.text)}</b>` : text(element.text);
  });
  return `<${tag}>${inside.join('')}</${tag}>`;
}
