const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];

/**
 * A cron expression in words, e.g. `every day at 06:00 UTC`: five fields, or six with the seconds first. What has
 * no short words stays as it is.
 */
export function scheduleInWords(cron: string): string {
  const fields = cron.trim().split(/\s+/);
  const [second = '', minute = '', hour = '', day = '', month = '', weekday = ''] =
    fields.length === 5 ? ['0', ...fields] : fields;
  const rest = [day, month, weekday].join(' ');
  const time = /^\d+$/.test(minute) && /^\d+$/.test(hour) ? clock(hour, minute) : undefined;
  if (second !== '0') {
    const every = minute === '*' && hour === '*' && rest === '* * *' && stepOf(second, 'second');
    return every || cron;
  }
  if (time !== undefined) {
    if (rest === '* * *') return `every day at ${time} UTC`;
    if (month === '*' && weekday === '*' && /^\d+$/.test(day))
      return `on day ${day} of every month at ${time} UTC`;
    const name = DAYS[Number(weekday) % 7];
    if (day === '*' && month === '*' && /^[0-7]$/.test(weekday) && name)
      return `every ${name} at ${time} UTC`;
    if (day === '*' && month === '*' && weekday === '1-5') return `on weekdays at ${time} UTC`;
    return cron;
  }
  if (rest !== '* * *') return cron;
  if (hour === '*') {
    if (/^\d+$/.test(minute)) return `every hour at :${minute.padStart(2, '0')}`;
    return stepOf(minute, 'minute') || cron;
  }
  return (minute === '0' && stepOf(hour, 'hour')) || cron;
}

/** All values, or every n-th, as `every minute` or `every 5 minutes`; empty for anything else. */
function stepOf(field: string, unit: string): string {
  if (field === '*') return `every ${unit}`;
  const step = /^\*\/(\d+)$/.exec(field)?.[1];
  if (step === undefined) return '';
  return step === '1' ? `every ${unit}` : `every ${step} ${unit}s`;
}

const clock = (hour: string, minute: string) =>
  `${hour.padStart(2, '0')}:${minute.padStart(2, '0')}`;
