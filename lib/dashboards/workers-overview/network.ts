import { MetricUnit } from '../../common/metric-family';
import { byWorker, gpusByWorker, hostRate, ofHosts } from '../usage/scope';
import { DisplayUnit, ofLabel, type PanelJson, type SizedPanel, sized, timeseries, toWorkerDetails, WIDE_FLEET_STEP } from '../vocabulary';
import { CHOSEN_WORKERS } from './workers';

const LINKS = [toWorkerDetails(ofLabel('node_name'))];

/** Cards by the names that the kernel gives them; links of pods, bonds and bridges carry the same bytes again. */
const ETHERNET = 'device=~"(eth|en).+"';

interface InfinibandError {
  readonly metric: string;
  readonly says: string;
  /** A cable or port is to blame, not congestion or the other side. @default false */
  readonly isLink?: boolean;
}

/** What InfiniBand counts as wrong, in words. Each is a family of its own, and not every adapter has all. */
const ERRORS: readonly InfinibandError[] = [
  { metric: 'node_infiniband_symbol_error_total', says: 'symbol errors', isLink: true },
  { metric: 'node_infiniband_link_downed_total', says: 'link down', isLink: true },
  { metric: 'node_infiniband_link_error_recovery_total', says: 'link recovered', isLink: true },
  { metric: 'node_infiniband_local_link_integrity_errors_total', says: 'link integrity' },
  { metric: 'node_infiniband_excessive_buffer_overrun_errors_total', says: 'buffer overrun' },
  { metric: 'node_infiniband_port_errors_received_total', says: 'bad packets received', isLink: true },
  { metric: 'node_infiniband_port_discards_received_total', says: 'received and discarded' },
  { metric: 'node_infiniband_port_discards_transmitted_total', says: 'discarded instead of sent' },
  { metric: 'node_infiniband_vl15_dropped_total', says: 'management packets dropped' },
];

const LINK_ERRORS = ERRORS.filter(({ isLink }) => isLink);
const OTHER_ERRORS = ERRORS.filter(({ isLink }) => !isLink);

/** Lines that a panel can show and a reader can tell apart. */
const FEW = 20;

/**
 * The few workers with the highest mean over the last hour of the range. Here, where each worker has many ports and GPUs, a mean over all
 * of the range would have the store read all of it twice.
 */
const busiest = (query: string): string => `${query} and on (node_name) topk(${FEW}, avg_over_time((${query})[1h:2m] @ end()))`;

interface Line {
  /** One series for each worker. */
  readonly expr: string;
  readonly says?: string;
}

const lines = (title: string, description: string, unit: MetricUnit | DisplayUnit, queries: readonly Line[]): PanelJson =>
  timeseries({
    title,
    description: `${description} Of many workers, the ${FEW} with the highest mean over the last hour of the range.`,
    unit,
    min: 0,
    minInterval: WIDE_FLEET_STEP,
    links: LINKS,
    queries: queries.map(({ expr, says }) => ({
      expr: busiest(expr),
      legend: says === undefined ? '{{node_name}}' : `{{node_name}} ${says}`,
    })),
  });

const ofHost = (metric: string, says: string, ...matchers: readonly string[]): Line => ({
  expr: byWorker(CHOSEN_WORKERS, hostRate(metric, ...matchers)),
  says,
});

const ofGpus = (metric: string, says?: string, factor = ''): Line[] => {
  const expr = gpusByWorker(CHOSEN_WORKERS, 'sum', metric);
  return expr === undefined ? [] : [{ expr: `${expr}${factor}`, says }];
};

/** What workers send to each other and to their GPUs, and what goes wrong on the way. */
export function network(): SizedPanel[] {
  const { BYTES_PER_SECOND } = MetricUnit;
  const linkErrors = lines(
    'InfiniBand link errors by worker',
    'Errors on the InfiniBand ports of each worker in a second for which a cable or port is to blame, all kinds together. A worker that stays above zero has a bad cable or port: drain it and have it replaced.',
    DisplayUnit.PER_SECOND,
    [{ expr: byWorker(CHOSEN_WORKERS, `sum by (instance) (${LINK_ERRORS.map(kind).join(' or ')})`) }],
  );
  const traffic = [
    lines(
      'Ethernet traffic by worker',
      'Bytes over the Ethernet cards of each worker: storage, images, and what does not go over InfiniBand.',
      BYTES_PER_SECOND,
      [ofHost('node_network_transmit_bytes_total', 'sent', ETHERNET), ofHost('node_network_receive_bytes_total', 'received', ETHERNET)],
    ),
    lines(
      'InfiniBand traffic by worker',
      'Bytes over the InfiniBand ports of each worker; empty where there are none. A worker of a job that sends less than the others lags behind.',
      BYTES_PER_SECOND,
      [
        ofHost('node_infiniband_port_data_transmitted_bytes_total', 'sent'),
        ofHost('node_infiniband_port_data_received_bytes_total', 'received'),
      ],
    ),
    lines(
      'PCIe traffic by worker',
      'Bytes between the GPUs of each worker and its host. Much of it is data that could stay on the GPU.',
      BYTES_PER_SECOND,
      [...ofGpus('DCGM_FI_PROF_PCIE_TX_BYTES', 'sent'), ...ofGpus('DCGM_FI_PROF_PCIE_RX_BYTES', 'received')],
    ),
    lines(
      'NVLink traffic by worker',
      'What the GPUs of each worker exchange over NVLink, both ways together; empty where there is none. Zero in a job of several GPUs means that they talk over PCIe.',
      MetricUnit.MEBIBYTES_PER_SECOND,
      ofGpus('DCGM_FI_DEV_NVLINK_BANDWIDTH_TOTAL'),
    ),
  ].map((panel) => sized(12, 8, panel));
  return [
    ...traffic,
    sized(8, 8, linkErrors),
    // two panels, because a large cluster has so many ports that all kinds at once are too much for one
    byKind(
      'InfiniBand link errors by kind',
      'Errors on the InfiniBand ports of the chosen workers in a second for which a cable or port is to blame, by kind. A link that goes down stops jobs.',
      LINK_ERRORS,
    ),
    byKind(
      'Other InfiniBand errors by kind',
      'What else goes wrong on the InfiniBand ports of the chosen workers in a second, by kind. Discards are congestion: look for the job that sends too much.',
      OTHER_ERRORS,
    ),
  ];
}

const byKind = (title: string, description: string, errors: readonly InfinibandError[]): SizedPanel =>
  sized(
    8,
    8,
    timeseries({
      title,
      description,
      unit: DisplayUnit.PER_SECOND,
      min: 0,
      minInterval: WIDE_FLEET_STEP,
      queries: [{ expr: `sum by (kind) (${ofHosts(CHOSEN_WORKERS, `(${errors.map(kind).join(' or ')})`)})`, legend: '{{kind}}' }],
    }),
  );

/** Series of one kind, told apart from those of the others by a label: without it `or` would take them for the same. */
const kind = ({ metric, says }: InfinibandError): string => `label_replace(${hostRate(metric)}, "kind", "${says}", "", "")`;
