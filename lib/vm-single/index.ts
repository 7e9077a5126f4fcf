export type { VMSingleProps } from './options';
export { VMSingle } from './vm-single';
