import { JobAttribution } from '../../lib/dashboards';
import { useCluster } from './support/cluster';
import { everyDashboardShows, showing } from './support/dashboards';
import { Manifests } from './support/manifests';
import { requirePipeline } from './support/pipeline';
import { WHOLE } from './support/whole';

const cluster = useCluster();
beforeAll(async () => {
  await requirePipeline(cluster);
  await showing(cluster, Manifests.of(cluster, WHOLE), true);
}, 420_000);

describe(`dashboards with job attribution ${JobAttribution.LABEL}, where the GPU exporter names jobs`, () => {
  everyDashboardShows(cluster, JobAttribution.LABEL);
});
