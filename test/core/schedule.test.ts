import { expect, it } from 'vitest';
import { scheduleInWords } from '../../src/core/schedule.ts';

it.each([
  ['0 6 * * *', 'every day at 06:00 UTC'],
  ['0 30 23 * * *', 'every day at 23:30 UTC'],
  ['15 6 * * 1', 'every Monday at 06:15 UTC'],
  ['15 6 * * 7', 'every Sunday at 06:15 UTC'],
  ['0 9 * * 1-5', 'on weekdays at 09:00 UTC'],
  ['0 6 1 * *', 'on day 1 of every month at 06:00 UTC'],
  ['5 * * * *', 'every hour at :05'],
  ['* * * * *', 'every minute'],
  ['*/15 * * * *', 'every 15 minutes'],
  ['0 */6 * * *', 'every 6 hours'],
  ['*/3 * * * * *', 'every 3 seconds'],
  ['0 6 1,15 * *', '0 6 1,15 * *'],
  ['0 6 * 1 1', '0 6 * 1 1'],
  ['15 */6 * * *', '15 */6 * * *'],
  ['*/3 6 * * * *', '*/3 6 * * * *'],
])('%s is %s', (cron, words) => {
  expect(scheduleInWords(cron)).toBe(words);
});
