import { MetricUnit } from '../../common/metric-family';
import { chosen, FLEET_STEP, type Row, sized, timeseries } from '../vocabulary';
import { busy, powerOfBusy } from './gpus';

const { RATIO, WATTS } = MetricUnit;
/** Nodes without a rack have no such label and count while all racks are chosen. */
const CHOSEN = chosen('rack', 'slurm_nodeset_name');

/** The same by racks, for systems whose racks are one NVLink network. */
export function racksRow(): Row {
  return {
    title: 'Racks',
    collapsed: true,
    panels: [
      sized(
        12,
        8,
        timeseries({
          title: 'Utilisation by rack',
          description: 'Share of busy GPUs in each chosen rack. Nodes that belong to no rack are one line without a name.',
          unit: RATIO,
          min: 0,
          max: 1,
          minInterval: FLEET_STEP,
          queries: [{ expr: `avg by (slurm_nodeset_name) (${busy('', CHOSEN)})`, legend: '{{slurm_nodeset_name}}' }],
        }),
      ),
      sized(
        12,
        8,
        timeseries({
          title: 'Power of busy GPUs in racks',
          description:
            'What busy GPUs of the chosen racks draw: mean and least. A rack whose mean differs from the others’ has other work, or is throttled.',
          unit: WATTS,
          min: 0,
          minInterval: FLEET_STEP,
          queries: [
            { expr: `avg(${powerOfBusy(CHOSEN)})`, legend: 'mean' },
            { expr: `min(${powerOfBusy(CHOSEN)})`, legend: 'least' },
          ],
        }),
      ),
    ],
  };
}
