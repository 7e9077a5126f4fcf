import { type FamilyCondition, type MetricCatalog, type MetricFamily, MetricType, MetricUnit } from '../common/metric-family';
import { DCGM_FIELDS, type DcgmField } from './dcgm-fields';
import { any, type FamilyLabels, sometimes } from './family';

/** Fields that become labels of all others, when they are read. */
const LABEL_FIELDS = [...DCGM_FIELDS.values()].filter(({ type }) => type === 'label').map(({ name }) => name);

/** The jobs of SLURM that use a GPU. */
export const DCGM_JOB_LABEL = 'hpc_job';

/** What tells one GPU from another. */
const GPU: FamilyLabels = {
  gpu: any,
  UUID: any,
  pci_bus_id: any,
  device: any,
  modelName: any,
  // name of the node; the second spelling is that of newer exporters
  Hostname: sometimes(),
  hostname: sometimes(),
  // a slice of a GPU, where it is divided (MIG)
  GPU_I_ID: sometimes(),
  GPU_I_PROFILE: sometimes(),
  // the pod that holds it: of an idle GPU there is none
  pod: sometimes(),
  namespace: sometimes(),
  container: sometimes(),
  pod_uid: sometimes(),
  // jobs of SLURM, with a mapping directory only; a GPU that several jobs share has its series once for each
  [DCGM_JOB_LABEL]: sometimes(),
  ...Object.fromEntries(LABEL_FIELDS.map((name) => [name, sometimes()])),
};

/** Units that the help of a field ends with, in brackets. */
const UNITS: ReadonlyMap<string, MetricUnit> = new Map([
  ['percent', MetricUnit.PERCENT],
  ['share of 1', MetricUnit.RATIO],
  ['degrees Celsius', MetricUnit.CELSIUS],
  ['watts', MetricUnit.WATTS],
  ['millijoules', MetricUnit.MILLIJOULES],
  ['MHz', MetricUnit.MEGAHERTZ],
  ['MiB', MetricUnit.MEBIBYTES],
  ['microseconds', MetricUnit.MICROSECONDS],
  ['bytes per second', MetricUnit.BYTES_PER_SECOND],
  ['MiB per second', MetricUnit.MEBIBYTES_PER_SECOND],
]);

/** Units that no bracket gives. */
const UNITS_BY_NAME: readonly (readonly [RegExp, MetricUnit])[] = [[/^DCGM_FI_PROF_.*(_ACTIVE|_OCCUPANCY)$/, MetricUnit.RATIO]];

/** Hardware that a field needs; where it is missing, the exporter leaves the family out. The first that fits decides. */
const HARDWARE: readonly (readonly [RegExp, string])[] = [
  [/NVLINK|FABRIC_MANAGER/, 'NVLink'],
  [/^DCGM_FI_PROF_PIPE_TENSOR_(IMMA|HMMA|DFMA)/, 'data-centre GPU that tells its tensor pipes apart'],
  [/^DCGM_FI_PROF_/, 'data-centre GPU, for the profiler'],
  [/_ECC_|_RETIRED_/, 'GPU with ECC memory'],
  [/REMAP/, 'GPU that remaps memory rows: Ampere or newer'],
  [/FAN_SPEED/, 'GPU with a fan of its own'],
  [/VGPU/, 'vGPU'],
  [/MEMORY_TEMP/, 'GPU with a sensor at its memory'],
];

const firstFit = <T>(table: readonly (readonly [RegExp, T])[], name: string): T | undefined => table.find(([fits]) => fits.test(name))?.[1];

function condition({ name }: DcgmField): FamilyCondition {
  const hardware = firstFit(HARDWARE, name);
  return { option: `counter ${name}`, ...(hardware ? { hardware } : {}) };
}

function family(field: DcgmField): MetricFamily {
  const { name, type, help } = field;
  // 'Power drawn (watts)'
  const [, words = help, bracket = ''] = /^(.*) \(([^()]+)\)$/.exec(help) ?? [];
  const unit = UNITS.get(bracket);
  return {
    name,
    type: type === 'counter' ? MetricType.COUNTER : MetricType.GAUGE,
    unit: unit ?? firstFit(UNITS_BY_NAME, name) ?? MetricUnit.COUNT,
    labels: name === 'DCGM_FI_DEV_XID_ERRORS' ? { ...GPU, err_code: sometimes(), err_msg: sometimes() } : GPU,
    help: unit ? words : help,
    when: condition(field),
  };
}

/** Everything that the exporter can be asked for: one family for each field of the list, but those that become labels. */
export const DCGM_EXPORTER_CATALOG: MetricCatalog = {
  name: 'dcgm-exporter',
  families: [...DCGM_FIELDS.values()].filter(({ type }) => type !== 'label').map(family),
};
