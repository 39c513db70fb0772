import type { types } from '@slack/bolt';
import type { Card } from '../../../core/card.ts';
import { pictureBlock } from './below.ts';
import { plainText } from './blocks.ts';
import { plainTable } from './data-table.ts';
import { LIMITS } from './limits.ts';
import { oneLine } from './text.ts';

/** The evidence under the verdict, folded; undefined if it does not fit into a container. */
export function foldedBlock(
  { folded, table, pictures = [] }: Pick<Card, 'folded' | 'table' | 'pictures'>,
  files: ReadonlyMap<string, string>,
): types.ContainerBlock | undefined {
  if (!folded) return undefined;
  const shown = table && table.rows.length > 0 ? plainTable(table) : undefined;
  if (table && table.rows.length > 0 && !shown) return undefined;
  const child_blocks = [
    ...(shown ? [shown] : []),
    ...pictures.map((picture) => pictureBlock(picture, files)),
  ];
  if (child_blocks.length === 0 || child_blocks.length > LIMITS.container.children)
    return undefined;
  return {
    type: 'container',
    title: plainText(oneLine(folded.title), LIMITS.container.title, 'Details'),
    is_collapsible: true,
    default_collapsed: true,
    child_blocks,
  };
}
