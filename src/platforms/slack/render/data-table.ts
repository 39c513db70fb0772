import type { types } from '@slack/bolt';
import type { Table } from '../../../core/card.ts';
import { LIMITS } from './limits.ts';
import { cut, isBlank, moreCharacters, oneLine, weight } from './text.ts';

type Cell = types.RawTextElement | types.RawNumberElement;

const CELL = 500;
/** Rows on a page. */
const PAGE = 10;
/** A number with an optional sign, a leading `v`, or a unit of one word. */
const FIGURE = /^v?([+−-]?)(\d[\d,]*(?:\.\d+)?)(?: ?(?:%|[\p{L}²]{1,12}))?$/u;

/** A table that can be sorted and paged; undefined if it does not fit completely. */
export function dataTable(table: Table, title: string): types.DataTableBlock | undefined {
  const grid = gridOf(table);
  if (!grid) return undefined;
  const [header = [], ...rows] = grid;
  const numeric = header.map((_, column) => rows.every((row) => FIGURE.test(row[column] ?? '')));
  return {
    type: 'data_table',
    caption: cut(captionOf(table, title), LIMITS.table.caption),
    page_size: Math.min(PAGE, rows.length),
    rows: [
      header.map(textCell),
      ...rows.map((row) =>
        row.map((cell, column) => (numeric[column] ? numberCell(cell) : textCell(cell))),
      ),
    ],
  };
}

/** A table for a `container`, which accepts no other kind; undefined if it does not fit completely. */
export function plainTable(table: Table): types.TableBlock | undefined {
  const grid = gridOf(table);
  if (!grid || grid.length > LIMITS.table.rows) return undefined; // the header is one of them
  const columns = grid[0]?.length ?? 0;
  return {
    type: 'table',
    column_settings: Array.from({ length: columns }, () => ({ is_wrapped: true })),
    rows: grid.map((row) => row.map(textCell)),
  };
}

/** Rows of equal length without empty cells: otherwise Slack refuses the message. */
function gridOf({ columns, rows }: Table): string[][] | undefined {
  const width = Math.max(columns.length, ...rows.map((row) => row.length));
  if (rows.length === 0 || rows.length > LIMITS.table.rows) return undefined;
  if (width === 0 || width > LIMITS.table.columns) return undefined;
  const grid = [columns, ...rows].map((row) =>
    Array.from({ length: width }, (_, column) => {
      const cell = oneLine(row[column] ?? '').trim();
      return isBlank(cell) ? '–' : cut(cell, CELL, moreCharacters);
    }),
  );
  const letters = grid.flat().reduce((sum, cell) => sum + weight(cell), 0);
  return letters <= LIMITS.table.letters ? grid : undefined;
}

function captionOf({ caption = '' }: Table, title: string): string {
  const said = [caption, title, 'Table'].map((text) => oneLine(text).trim());
  return said.find((text) => !isBlank(text)) ?? 'Table';
}

const textCell = (text: string): Cell => ({ type: 'raw_text', text });

/** Sorted by value, shown as text. */
function numberCell(text: string): Cell {
  const [, sign = '', digits = ''] = FIGURE.exec(text) ?? [];
  const value = Number(digits.replaceAll(',', ''));
  return { type: 'raw_number', value: sign === '' || sign === '+' ? value : -value, text };
}
