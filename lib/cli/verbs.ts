export { check } from './check';
export { diff } from './diff';
export { explain } from './explain';
export { exportShape } from './export';
export { init } from './init';
export { schema } from './schema';
export { synth } from './synth';
export { verify } from './verify';
