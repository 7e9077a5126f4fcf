export type { VMSingleProps } from './options';
export { OWN_FLAGS, VMSingle } from './vm-single';
