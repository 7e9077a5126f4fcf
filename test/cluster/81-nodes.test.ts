import { Mode } from '../../lib';
import { useCluster } from './support/cluster';
import { describeNodes } from './support/nodes';

// minutes that the usual run spends on the same in the other mode
if (process.env.FAKE_NODES) describeNodes(useCluster(), Mode.OPERATOR);
else test.skip('nodes shared by several agents, mode operator: with FAKE_NODES=500', () => undefined);
