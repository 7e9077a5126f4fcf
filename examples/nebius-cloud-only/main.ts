import { join } from 'node:path';
import { writeFolder } from 'soperator-metrics';
import { outputs } from './app';

writeFolder(join(__dirname, 'manifests'), outputs);
