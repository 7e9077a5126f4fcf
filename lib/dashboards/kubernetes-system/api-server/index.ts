import type { Row } from '../../vocabulary';
import { calls } from './calls';
import { dependencies } from './dependencies';
import { health } from './health';

/** The API server: whether it is well, what it does, and what it depends on. */
export const apiServers = (): Row[] => [health(), calls(), dependencies()];
