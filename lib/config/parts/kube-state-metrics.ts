import type { KubeStateMetricsPart } from '../../../charts/options';
import { IMAGES } from '../../common/images';
import { Duration } from '../../common/units';
import { option, part, Refusal } from '../option';
import { roomy } from '../shared/resources';
import { enabled, source, timeoutWithinInterval } from '../shared/scraping';
import { flag, labelKey, list, text } from '../values';

/** The exporter takes them as one list with commas. */
const family = text({
  expected: 'the name of a family, or a regular expression over names, without commas and spaces',
  example: 'kube_pod_owner',
  pattern: /^[^\s,]+$/,
});

/** kube-state-metrics. */
export const kubeStateMetrics = part<KubeStateMetricsPart>(
  'kube-state-metrics: the state of pods and, as an option, of nodes.',
  {
    enabled: enabled(),
    ...source({
      name: 'metrics-kube-state-metrics',
      namespace: { otherwise: 'namespaces.monitoring', example: 'monitoring-system' },
      image: IMAGES.kubeStateMetrics,
      resources: roomy(),
      scrapeTimeout: '20s',
      selector: { 'app.kubernetes.io/name': 'kube-state-metrics' },
      portNames: ['http', 'metrics'],
    }),
    nodeMetrics: option(flag(), 'Also exposes nodes: conditions, capacity and the labels of nodeLabels.', { default: false }),
    nodeLabels: option(
      list(labelKey('slurm.nebius.ai/nodeset'), 'slurm.nebius.ai/nodeset', 1),
      'Keys of node labels shown in kube_node_labels; with nodeMetrics: true.',
      {
        otherwise: "Soperator's and the platform's",
        example: ['slurm.nebius.ai/nodeset', 'nebius.com/gpu'],
      },
    ),
    extraMetrics: option(
      list(family, 'kube_pod_owner'),
      "Families kept besides the pipeline's own: names, or regular expressions over whole names.",
      {
        otherwise: 'none',
        example: ['kube_pod_owner'],
      },
    ),
  },
  [
    timeoutWithinInterval(Duration.seconds(30)),
    {
      reads: ['nodeMetrics', 'nodeLabels'],
      check: ({ nodeMetrics, nodeLabels }) =>
        nodeLabels && !nodeMetrics
          ? new Refusal('to be left out while nodeMetrics is false; write nodeMetrics: true, or remove it', ['nodeLabels'])
          : undefined,
    },
  ],
);
