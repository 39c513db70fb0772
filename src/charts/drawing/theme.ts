/**
 * All colours and sizes. Every picture has its own white card, so that it looks the same in light and dark
 * chats. Data colours are Okabe and Ito's (distinguishable with all common colour blindness), darkened for text
 * until they reach 4.5:1 on white; a shape, a dash or a word always carries the same information.
 */
export const colour = {
  card: '#FFFFFF',
  edge: '#CDD4DD',
  ink: '#18212D',
  muted: '#556170',
  grid: '#E6EAEF',
  axis: '#8A95A3',
  stripe: '#F5F7FA',

  current: '#0072B2',
  reference: '#D3DAE3',
  referenceEdge: '#76828F',
  interval: '#C7E0EF',
  band: '#DDEFE9',
  estimated: '#8A3F86',

  better: '#00735A',
  worse: '#B34700',
  warn: '#8A5A00',
  alert: '#B32D00',
} as const;

/** Logical pixels; the PNG has `scale` times as many each way. */
export const size = { width: 720, height: 400, scale: 2, pad: 24, corner: 14 } as const;

export const font = {
  family: 'DejaVu Sans',
  title: { size: 18, bold: true },
  subtitle: { size: 13 },
  strong: { size: 13, bold: true },
  body: { size: 12 },
  small: { size: 11 },
} as const;
