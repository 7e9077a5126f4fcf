import { Mode } from '../../lib';
import { useCluster } from './support/cluster';
import { describeNodes } from './support/nodes';

describeNodes(useCluster(), Mode.STANDALONE);
