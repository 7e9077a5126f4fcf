import { Mode } from '../../lib';
import { useCluster } from './support/cluster';
import { describeDrift } from './support/drift-tests';
import { requirePipeline } from './support/pipeline';

const cluster = useCluster();
beforeAll(() => requirePipeline(cluster));

describeDrift(cluster, Mode.STANDALONE);
