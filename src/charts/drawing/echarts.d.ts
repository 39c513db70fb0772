/** The whole of echarts in one file; the package has no types for it under this name. */
declare module 'echarts/dist/echarts.esm.min.mjs' {
  export { init, setPlatformAPI } from 'echarts';
}
