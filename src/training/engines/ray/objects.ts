import { z } from 'zod';

/** What is read of a job; it has more. Times are milliseconds since 1970. */
export const Job = z.object({
  status: z.enum(['PENDING', 'RUNNING', 'STOPPED', 'SUCCEEDED', 'FAILED']),
  message: z.string().nullish(),
  error_type: z.string().nullish(),
  /** When it was submitted, not when it began. */
  start_time: z.number().nullish(),
  end_time: z.number().nullish(),
  /** Missing after a stop, and if what supervised it is lost; negative: by which signal it ended. */
  driver_exit_code: z.number().nullish(),
  metadata: z.record(z.string(), z.string()).nullish(),
});
export type Job = z.output<typeof Job>;

export const isOver = ({ status }: Job): boolean => status !== 'PENDING' && status !== 'RUNNING';
