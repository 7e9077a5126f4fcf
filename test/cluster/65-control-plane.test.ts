import { Mode } from '../../lib';
import { useCluster } from './support/cluster';
import { describeControlPlane } from './support/control-plane';

describeControlPlane(useCluster(), Mode.OPERATOR);
