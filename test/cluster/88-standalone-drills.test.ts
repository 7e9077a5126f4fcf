import { Mode } from '../../lib';
import { describeDrills } from './drills/describe';
import { useCluster } from './support/cluster';

describeDrills(useCluster(), Mode.STANDALONE);
