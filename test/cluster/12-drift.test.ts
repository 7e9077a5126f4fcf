import { Mode } from '../../lib';
import { useCluster } from './support/cluster';
import { describeDrift } from './support/drift-tests';
import { operational, requirePipeline } from './support/pipeline';

const cluster = useCluster();
beforeAll(async () => {
  await requirePipeline(cluster);
  await operational(cluster);
});

describeDrift(cluster, Mode.OPERATOR);
