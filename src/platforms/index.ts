export { createHttpDoors, type HttpDoors, type HttpDoorsOptions } from './http/doors.ts';
