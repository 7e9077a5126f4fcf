import { Mode } from '../../lib';
import { useCluster } from './support/cluster';
import { describeDestinations } from './support/destinations';

describeDestinations(useCluster(), Mode.OPERATOR);
