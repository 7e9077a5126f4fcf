import type { DcgmExporterPart } from '../../../charts/options';
import { IMAGES } from '../../common/images';
import { DCGM_FIELDS } from '../../metrics/dcgm-fields';
import { option, part } from '../option';
import { steady } from '../shared/resources';
import { enabled, source, timeoutWithinInterval } from '../shared/scraping';
import { choice, dnsLabel, dottedName, labelKey, list, nodePath } from '../values';

/** The GPU exporter. */
export const dcgmExporter = part<DcgmExporterPart>(
  'DCGM exporter: NVIDIA GPUs.',
  {
    enabled: enabled(),
    ...source({
      name: 'nvidia-dcgm-exporter',
      namespace: { otherwise: 'namespaces.slurm; gpu-operator where platform is gpu-operator', example: 'soperator' },
      image: IMAGES.dcgmExporter,
      resources: steady('100m', '512Mi'),
      nodeSelector: { 'nvidia.com/gpu.deploy.dcgm-exporter': 'true' },
      tolerations: [{ key: 'nvidia.com/gpu', operator: 'Exists' }],
      priorityClassName: 'system-node-critical',
      scrapeInterval: { otherwise: '15s; 30s where platform is soperator, whose exporter reads the GPUs no more often', example: '15s' },
      deploy: { otherwise: 'true; false where platform is soperator or gpu-operator', example: false },
      selector: { app: 'nvidia-dcgm-exporter' },
      portNames: ['metrics'],
    }),
    namespaces: option(
      list(dnsLabel('soperator'), 'soperator', 1),
      'Namespaces to look in with deploy: false, where the exporters are spread.',
      {
        otherwise: 'namespace alone',
        example: ['soperator', 'gpu-operator'],
      },
    ),
    counters: option(
      list(choice([...DCGM_FIELDS.keys()]), 'DCGM_FI_DEV_GPU_UTIL', 1),
      'Names of the DCGM fields to read, each of which becomes a metric.',
      {
        otherwise: "utilisation, temperature, power, memory, errors and the profiler's view",
        example: ['DCGM_FI_DEV_GPU_UTIL', 'DCGM_FI_DEV_FB_USED'],
      },
    ),
    jobMappingDirectory: option(
      nodePath('/var/run/nebius/slurm'),
      "Directory on the node where SLURM's prolog writes which job uses which GPU; gives every GPU series the label hpc_job.",
      { otherwise: 'no label hpc_job', example: '/var/run/nebius/slurm' },
    ),
    nvlinkGroupNodeLabel: option(labelKey('nebius.com/nvlink-instance-group'), 'Key of the node label that names the NVLink group.', {
      default: 'nebius.com/nvlink-instance-group',
    }),
    runtimeClassName: option(dottedName('nvidia'), "Runtime class that gives containers the driver's libraries.", {
      otherwise: "the node's default runtime does",
      example: 'nvidia',
    }),
  },
  [timeoutWithinInterval()],
);
