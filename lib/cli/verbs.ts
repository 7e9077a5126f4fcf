export { check } from './check';
export { schema } from './schema';
export { synth } from './synth';
export { verify } from './verify';
