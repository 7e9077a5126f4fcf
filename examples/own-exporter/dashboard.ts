import { panels } from 'soperator-metrics';

const { chosen, Colour, highIsBad, MetricUnit, select, sized } = panels;

const scratch = select.job('scratch-exporter');
const PROJECT = chosen('project');
const used = scratch('scratch_used_bytes', PROJECT);
const share = `sum by (project) (${used}) / sum by (project) (${scratch('scratch_quota_bytes', PROJECT)})`;

/** Who fills the scratch filesystem. */
export const SCRATCH_SPACE = panels.dashboard({
  uid: 'hpc-scratch-space',
  name: 'scratch-space',
  title: 'Scratch space',
  description: 'Who fills the scratch filesystem, and what the purge takes away.',
  variables: [
    panels.anyOf({
      name: 'project',
      label: 'Project',
      description: 'Projects that are shown',
      series: scratch('scratch_quota_bytes'),
      of: 'project',
    }),
  ],
  rows: [
    {
      title: 'Is there room?',
      panels: [
        sized(
          6,
          5,
          panels.stat({
            title: 'Fullest project',
            description: 'Share of its quota that the fullest project uses. Red: its jobs are about to fail; ask its people to clean up.',
            unit: MetricUnit.RATIO,
            queries: [{ expr: `max(${share})` }],
            thresholds: highIsBad(0.8, 0.95),
            filled: true,
          }),
        ),
        sized(
          6,
          5,
          panels.stat({
            title: 'Last scan',
            description: 'When the exporter last looked. Long ago: the numbers of this page are old; read its log.',
            unit: panels.DisplayUnit.FROM_NOW,
            queries: [{ expr: `min(${scratch('scratch_last_scan_timestamp_seconds')}) * 1000` }],
          }),
        ),
        sized(
          12,
          5,
          panels.timeseries({
            title: 'Jobs that wait for a disk',
            description: 'Processes of hosts that wait for input or output. Many while scratch is full: jobs wait for the purge.',
            unit: MetricUnit.COUNT,
            // of no dashboard of the library: it is taken because this one reads it
            queries: [{ expr: `sum(${select.host('node_procs_blocked')})`, legend: 'blocked' }],
          }),
        ),
      ],
    },
    {
      title: 'By project',
      panels: [
        sized(
          12,
          8,
          panels.timeseries({
            title: 'Used',
            description: 'What each project keeps there.',
            unit: MetricUnit.BYTES,
            queries: [{ expr: `sum by (project) (${used})`, legend: '{{project}}' }],
            stacked: true,
          }),
        ),
        sized(
          12,
          8,
          panels.table({
            title: 'Quotas',
            description: 'Projects, the fullest first.',
            unit: MetricUnit.BYTES,
            queries: [
              { expr: share },
              { expr: `sum by (project) (${used})` },
              { expr: `sum by (project) (increase(${scratch('scratch_purged_bytes_total', PROJECT)}[1d]))` },
            ],
            columns: [
              { title: 'Project', label: 'project' },
              { title: 'Share of the quota', query: 0, unit: MetricUnit.RATIO, thresholds: highIsBad(0.8, 0.95) },
              { title: 'Used', query: 1 },
              { title: 'Purged in a day', query: 2 },
            ],
            sortBy: 'Share of the quota',
          }),
        ),
      ],
    },
    {
      title: 'Where to go on',
      panels: [
        sized(
          24,
          3,
          panels.text({
            title: 'Rules',
            description: 'What the filesystem is for.',
            content: `Files that nobody read for 30 days are purged. Colours: ${Colour.WARN} from 80 %, ${Colour.BAD} from 95 % of the quota.`,
          }),
        ),
      ],
    },
  ],
});
