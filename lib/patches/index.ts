export { type MergedFields, type ObjectPatch, type ObjectSelector, objectionToOperation, PatchOp, type PatchOperation } from './patch';
export { installPatches, mergeIntoObjects, patchByOption, patchObjects } from './registry';
