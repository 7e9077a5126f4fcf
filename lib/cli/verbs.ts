export { check } from './check';
export { diff } from './diff';
export { schema } from './schema';
export { synth } from './synth';
