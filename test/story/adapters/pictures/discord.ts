import {
  type APIComponentInContainer,
  type APIMessageTopLevelComponent,
  ButtonStyle,
  ComponentType,
} from 'discord.js';
import { type Files, imageOf, page, text, WHEEL } from './html.ts';

const STYLE = `
body{background:#fff;color:#2e3338;font:15px/1.4 "gg sans","Liberation Sans",sans-serif;padding:16px 20px;width:640px}
.message{display:flex;gap:14px}.face{width:40px;height:40px;flex:none;border-radius:20px}.main{flex:1;min-width:0}
.who{font-weight:600}.app{background:#5865f2;color:#fff;border-radius:3px;font:600 10px "Liberation Sans";padding:1px 4px;margin:0 6px;vertical-align:1px}.when{color:#5c5e66;font-size:12px}
.frame{border:1px solid #e3e5e8;border-left:4px solid;border-radius:8px;background:#f9f9fa;padding:12px 16px;margin-top:4px;max-width:560px}
.text{white-space:pre-wrap}.frame>*+*{margin-top:8px}h3{font-size:17px;display:inline}small{color:#5c5e66;font-size:12.5px}
pre{font:12px/1.4 "DejaVu Sans Mono",monospace;background:#f2f3f5;border:1px solid #e3e5e8;border-radius:4px;padding:8px;white-space:pre}
.row{display:flex;gap:8px;flex-wrap:wrap}.button{border-radius:8px;background:#e3e5e8;font-weight:500;font-size:14px;padding:6px 16px}
.b1{background:#5865f2;color:#fff}.b4{background:#da373c;color:#fff}img{display:block;width:100%;border-radius:8px}`;

/** Components roughly as Discord shows them. Throws for unknown ones, so that no part is missed. */
export function discordPage(
  components: readonly APIMessageTopLevelComponent[],
  files: Files,
): string {
  const frames = components.map((frame) => {
    if (frame.type !== ComponentType.Container) throw new Error('no picture shows that');
    const colour = `#${(frame.accent_color ?? 0).toString(16).padStart(6, '0')}`;
    const inside = frame.components.map((one) => shown(one, files)).join('');
    return `<div class="frame" style="border-left-color:${colour}">${inside}</div>`;
  });
  const head =
    '<div><span class="who">Wheelhouse</span><span class="app">APP</span><span class="when">Today at 18:16</span></div>';
  return page(
    STYLE,
    `<div class="message">${WHEEL}<div class="main">${head}${frames.join('')}</div></div>`,
  );
}

function shown(one: APIComponentInContainer, files: Files): string {
  switch (one.type) {
    case ComponentType.TextDisplay:
      return `<div class="text">${markdown(one.content)}</div>`;
    case ComponentType.MediaGallery:
      return one.items
        .map(({ media, description }) =>
          imageOf(files, media.url.replace('attachment://', ''), description ?? ''),
        )
        .join('');
    case ComponentType.ActionRow:
      return `<div class="row">${one.components
        .map((button) => {
          if (button.type !== ComponentType.Button || !('label' in button))
            throw new Error('no picture shows a menu');
          const style = button.style === ButtonStyle.Secondary ? '' : `b${button.style}`;
          return `<span class="button ${style}">${text(button.label ?? '')}</span>`;
        })
        .join('')}</div>`;
    default:
      throw new Error(`no picture shows a component of the kind ${one.type}`);
  }
}

/** The part of Discord's markdown that cards use. */
function markdown(content: string): string {
  const [before = '', code, after = ''] = content.split(/```\n?/);
  const lines = (part: string) =>
    part
      .split('\n')
      .map((line) => {
        const inline = text(line.replace(/^(### |-# )/, ''))
          .replace(/\*\*(.+?)\*\*/g, '<b>$1</b>')
          .replace(/\\([^A-Za-z0-9\s])/g, '$1');
        if (line.startsWith('### ')) return `<h3>${inline}</h3>`;
        return line.startsWith('-# ') ? `<small>${inline}</small>` : inline;
      })
      .join('\n');
  if (code === undefined) return lines(before);
  return `${lines(before)}<pre>${text(code)}</pre>${lines(after.trimStart())}`;
}
