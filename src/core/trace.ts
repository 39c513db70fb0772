import { AsyncLocalStorage } from 'node:async_hooks';

/** Where work belongs, in the form of https://www.w3.org/TR/trace-context/. */
export interface Trace {
  /** 32 hexadecimal digits: what people search for. */
  id: string;
  /** The value of the header `traceparent`, and of the variable TRACEPARENT of programs. */
  parent: string;
}

/** Set for the work inside an activity while traces are switched on; otherwise always empty. */
export const traces = new AsyncLocalStorage<Trace>();

export const currentTrace = (): Trace | undefined => traces.getStore();
