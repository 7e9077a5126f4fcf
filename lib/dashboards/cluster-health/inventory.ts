import { MetricUnit } from '../../common/metric-family';
import { ALL_NODES } from '../node-states';
import { cadvisor, DisplayUnit, gpu, type Row, sized, slurm, stat, text } from '../vocabulary';
import { orZero } from '../zero';
import { GPU_SCRAPES, GPUS } from './gpus';

const { COUNT } = MetricUnit;

/** The release that a container of Soperator's manager is of, by its image. */
const RELEASE = `label_replace(${cadvisor('container_start_time_seconds', 'container="manager"', 'image=~".*/slurm-operator:.+"')}, "release", "$1", "image", ".*:(.+)")`;

const fact = (...[parts]: Parameters<typeof stat>) => sized(3, 3, stat(parts));
const different = (label: string, series: string) => `count(count by (${label}) (${series}))`;

/** What the cluster is made of. */
export function inventoryRow(): Row {
  return {
    title: 'What it is made of',
    panels: [
      fact({
        title: 'Soperator release',
        description: 'Release of Soperator’s manager, by the image it runs. Two of them during an upgrade.',
        unit: DisplayUnit.TEXT,
        showName: true,
        queries: [{ expr: `count by (release) (${RELEASE})`, legend: '{{release}}' }],
      }),
      fact({
        title: 'Release in use since',
        description:
          'When this release was first seen, as far as the data goes back, 30 days at most: the last upgrade, unless it is longer ago.',
        unit: DisplayUnit.FROM_NOW,
        queries: [{ expr: `max(min by (release) (min_over_time(timestamp(${RELEASE})[30d:1h]))) * 1000` }],
      }),
      fact({
        title: 'GPUs by model',
        description: 'GPUs that report, by model.',
        unit: COUNT,
        showBoth: true,
        queries: [{ expr: `count by (modelName) (${GPUS})`, legend: '{{modelName}}' }],
      }),
      fact({
        title: 'Nodes',
        description: 'Nodes that SLURM knows, in whatever state.',
        unit: COUNT,
        queries: [{ expr: `count(${ALL_NODES})` }],
      }),
      fact({
        title: 'GPUs',
        description: 'GPUs that report to the GPU exporter.',
        unit: COUNT,
        queries: [{ expr: orZero(`count(${GPUS})`, GPU_SCRAPES) }],
      }),
      fact({
        title: 'Hosts with GPUs',
        description: 'Hosts of which GPUs report.',
        unit: COUNT,
        queries: [{ expr: orZero(different('instance', GPUS), GPU_SCRAPES) }],
      }),
      fact({
        title: 'Racks',
        description:
          'Node sets that are racks of one NVLink system. Zero where nodes have no such label, as on clusters of single servers.',
        unit: COUNT,
        queries: [{ expr: orZero(different('slurm_nodeset_name', gpu('DCGM_FI_DEV_GPU_UTIL', 'slurm_nodeset_name!=""')), GPU_SCRAPES) }],
      }),
      fact({
        title: 'NVLink groups',
        description: 'Groups of nodes that share one NVLink network. Zero where NVLink ends at the server.',
        unit: COUNT,
        queries: [{ expr: orZero(different('nvlink_instance_group', slurm('slurm_node_nvlink_instance_group')), ALL_NODES) }],
      }),
    ],
  };
}

/** How to read the page. */
export function guideRow(): Row {
  const content = [
    '**Busy is not the same as well used.** A GPU is *busy* while any kernel runs, even one that keeps a single multiprocessor waiting.',
    '*SM activity* says how many multiprocessors have work, *SM occupancy* how much of it at a time, *tensor activity* whether the matrix units do it.',
    '',
    '| busy | SM activity | what it usually means |',
    '| --- | --- | --- |',
    '| high | high | the job computes |',
    '| high | low | it waits for its network, its input or its slowest rank |',
    '| low | low, memory held | a process holds the GPU and does nothing: a debugger, a hung rank, an idle notebook |',
    '| low | low, memory free | nobody uses it |',
    '',
    'One node far below the others in *SM activity of the least active nodes* is a straggler: look at its temperature, clocks and XID errors.',
    'GPUs are measured every 15 seconds, SLURM every 30; shorter events can stay unseen. A gap means that nothing was measured, never zero.',
  ].join('\n');
  return {
    title: 'How to read this page',
    collapsed: true,
    panels: [sized(24, 9, text({ title: 'Guide', description: 'What the measures of GPUs say, and what they do not.', content }))],
  };
}
