/* What alarms can be about, by names that kinds of monitors share. */

export const columnOf = (name: string): string => `column ${name}`;
/** Worse predictions, measured or estimated. */
export const LOSS = 'loss';
/** Another number of requests than usual, or none. */
export const TRAFFIC = 'traffic';
