import { JobAttribution } from '../../lib/dashboards';
import { useCluster } from './support/cluster';
import { everyDashboardShows, showing } from './support/dashboards';
import { Manifests } from './support/manifests';
import { requirePipeline } from './support/pipeline';

const cluster = useCluster();
beforeAll(async () => {
  await requirePipeline(cluster);
  // the tests before leave one behind that shows more
  await showing(cluster, await Manifests.ofDefaults(cluster), false);
}, 420_000);

describe.each([JobAttribution.JOIN, JobAttribution.NONE])('dashboards with job attribution %s', (jobAttribution) => {
  everyDashboardShows(cluster, jobAttribution);
});
