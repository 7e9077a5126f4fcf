export { check } from './check';
export { init } from './init';
export { schema } from './schema';
export { synth } from './synth';
