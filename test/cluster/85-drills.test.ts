import { Mode } from '../../lib';
import { describeDrills } from './drills/describe';
import { useCluster } from './support/cluster';

// minutes that the usual run spends on the same drills in the other mode
if (process.env.DRILLS) describeDrills(useCluster(), Mode.OPERATOR);
else test.skip('samples under faults, mode operator: with DRILLS=short or DRILLS=full', () => undefined);
