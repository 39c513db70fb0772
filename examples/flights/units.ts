/** What the staged incident reports: kilometres for miles, and seconds for minutes. */
export const KILOMETRES = 1.609344;
export const SECONDS = 60;
