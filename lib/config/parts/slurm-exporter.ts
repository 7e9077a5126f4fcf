import type { SlurmExporterPart } from '../../../charts/options';
import { IMAGES } from '../../common/images';
import { Duration } from '../../common/units';
import { SlurmJobSource } from '../../slurm-exporter';
import { option, part, Refusal } from '../option';
import { roomy } from '../shared/resources';
import { enabled, source, timeoutWithinInterval } from '../shared/scraping';
import { choice, dnsLabel, duration, httpUrl } from '../values';

/** The SLURM exporter. */
export const slurmExporter = part<SlurmExporterPart>(
  'SLURM exporter: nodes, jobs and the RPC diagnostics of the controller.',
  {
    enabled: enabled(),
    ...source({
      name: 'slurm-exporter',
      namespace: { otherwise: 'namespaces.slurm', example: 'soperator' },
      image: IMAGES.slurmExporter,
      resources: roomy(),
      scrapeTimeout: '20s',
      deploy: { otherwise: 'true; false where platform is soperator', example: false },
      selector: { 'app.kubernetes.io/component': 'exporter' },
      portNames: ['metrics', 'monitoring'],
    }),
    slurmCluster: option(dnsLabel('soperator'), 'Name of the SLURM cluster, as its SlurmCluster resource has it.', {
      otherwise: 'slurmCluster of the pipeline',
      example: 'soperator',
    }),
    slurmApiServer: option(httpUrl('http://soperator-rest-svc.soperator.svc:6820'), 'URL of slurmrestd.', {
      otherwise: 'the Service of the SLURM cluster',
      example: 'http://soperator-rest-svc.soperator.svc:6820',
    }),
    jobSource: option(
      choice(Object.values(SlurmJobSource)),
      'Where jobs are read from: the controller knows what runs and waits, accounting also what ended lately and needs slurmdbd.',
      { default: SlurmJobSource.CONTROLLER },
    ),
    accountingJobsLookback: option(duration('1h', '1s'), 'How far back ended jobs are read; with jobSource: accounting.', {
      otherwise: '1h, with jobSource: accounting',
      example: '1h',
    }),
  },
  [
    timeoutWithinInterval(Duration.seconds(30)),
    {
      reads: ['accountingJobsLookback', 'jobSource'],
      check: ({ accountingJobsLookback, jobSource }) =>
        accountingJobsLookback && jobSource !== SlurmJobSource.ACCOUNTING
          ? new Refusal('to be left out while jobSource is controller; write jobSource: accounting, or remove it', [
              'accountingJobsLookback',
            ])
          : undefined,
    },
  ],
);
