import { App } from 'cdk8s';
import { MetricsPipeline, type MetricsPipelineProps, SeriesProfile } from '../../../lib';

const usual = new MetricsPipeline(new App(), 'usual', { cluster: 'soperator' });

/**
 * A pipeline that shows all that it can: everything that is exposed, and the jobs of GPUs in a label. The tests of catalogs leave it behind
 * for the first tests of dashboards, which apply the usual one after that.
 */
export const WHOLE = {
  series: { profile: SeriesProfile.FULL },
  dcgmExporter: { jobMappingDirectory: '/var/run/nebius/slurm' },
  // more series would ask for more, and roll the store
  vmSingle: { resources: usual.vmSingle?.resources },
} satisfies Partial<MetricsPipelineProps>;
