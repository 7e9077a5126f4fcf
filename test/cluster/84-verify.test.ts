import { Mode } from '../../lib';
import { useCluster } from './support/cluster';
import { describeVerify } from './support/verify';

describeVerify(useCluster(), Mode.OPERATOR);
