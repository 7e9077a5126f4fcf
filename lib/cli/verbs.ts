export { check } from './check';
export { explain } from './explain';
export { schema } from './schema';
export { synth } from './synth';
