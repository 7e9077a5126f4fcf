import { stores } from '../../checks/stores';
import { at, type Tree, text, titleOf } from '../../checks/tree';
import { POD_SECURITY_LABEL } from '../../common/namespaces';
import type { FieldChange } from './fields';
import { Danger, type Warning } from './kinds';
import type { ObjectPair } from './objects';
import { bytesOf } from './words';

/** What follows from the difference of one object. */
export interface Meaning {
  readonly warnings: readonly Warning[];
  /** In a few words, beside the object. */
  readonly meaning: readonly string[];
}

/** Fields that the API server lets nobody change. */
const FIXED: { readonly [kind: string]: RegExp } = {
  Deployment: /^spec\.selector/,
  DaemonSet: /^spec\.selector/,
  ReplicaSet: /^spec\.selector/,
  StatefulSet: /^spec\.(selector|serviceName|podManagementPolicy|volumeClaimTemplates)/,
  Job: /^spec\.(selector|template|completionMode)/,
  RoleBinding: /^roleRef/,
  ClusterRoleBinding: /^roleRef/,
  PersistentVolumeClaim: /^spec\.(accessModes|selector|storageClassName|volumeMode|volumeName|dataSource)/,
  Service: /^spec\.clusterIP/,
  StorageClass: /^(provisioner|parameters|reclaimPolicy|volumeBindingMode)/,
};
/** Sizes of volumes. */
const SIZES: { readonly [kind: string]: RegExp } = {
  PersistentVolumeClaim: /^spec\.resources\.requests\.storage$/,
  VMSingle: /^spec\.storage\.resources\.requests\.storage$/,
  VMAgent: /^spec\.statefulStorage\.volumeClaimTemplate\.spec\.resources\.requests\.storage$/,
};
/** Classes of volumes that an operator makes. */
const CLASSES = /^spec\.(storage|statefulStorage\.volumeClaimTemplate\.spec)\.storageClassName$/;
/** What the operator changes in a running agent. */
const RELOADED =
  /^spec\.(externalLabels|externalLabelName|\w+Selector|selectAllByDefault|statefulStorage|streamAggrConfig\.rules|inlineScrapeConfig)/;
/** From what anybody may do to what hardly anybody may. */
const LEVELS = ['privileged', 'baseline', 'restricted'];
/** What a visitor without login may do, the least first. */
const ROLES = ['Viewer', 'Editor', 'Admin'];
const OPEN_TYPES = ['NodePort', 'LoadBalancer'];

/** What follows from what differs of an object that is on both sides. */
export function meaningOf(pair: ObjectPair, latterTree: Tree): Meaning {
  const { former, latter, fields } = pair;
  if (!former || !latter) return { warnings: latter ? exposure(pair) : [], meaning: [] };
  const subject = titleOf(latter);
  const warn = (danger: Danger, message: string): Warning => ({ danger, subject, message });
  const isStore = stores(latterTree).some(({ on }) => on === latter);
  const restart = restartOf(pair, isStore);
  return {
    warnings: [
      ...refused(pair).map((message) => warn(Danger.REFUSED, message)),
      ...fields.flatMap((field) => ofField(latter.kind, field).map(([danger, message]) => warn(danger, message))),
      ...(restart && isStore
        ? [
            warn(
              Danger.RESTART,
              `the store restarts: queries fail until its next pod is ready, and the agent keeps meanwhile what it scrapes`,
            ),
          ]
        : []),
      ...exposure(pair),
    ],
    meaning: [
      ...(restart ? [restart] : []),
      ...fields.flatMap((field) => grownOf(latter.kind, field)),
      ...(latter.kind === 'ConfigMap' && fields.some(({ path }) => /^data\["[^"]+"\]\.(scrape_configs|global)/.test(path))
        ? ['the agent reads it within two minutes, without a restart']
        : []),
      ...(fields.some(({ path }) => /^spec\.\w+Scrape(Namespace)?Selector/.test(path)) ? ['takes other scrapes of users than before'] : []),
    ],
  };
}

function refused({ former, latter, fields }: ObjectPair): string[] {
  const kind = latter?.kind ?? '';
  const fixed = fields.filter(({ path }) => FIXED[kind]?.test(path)).map(({ path }) => path);
  const isSealed =
    at(former?.json, 'immutable') === true && fields.some(({ path }) => /^(data|binaryData|stringData|immutable)/.test(path));
  const all = [...new Set([...fixed, ...(isSealed ? ['what is immutable'] : [])])];
  if (all.length === 0) return [];
  const loss = kind === 'PersistentVolumeClaim' ? ', and the data on its volume with it' : '';
  return [`applying it is refused, because ${all.join(' and ')} cannot change: delete the object first${loss}`];
}

function ofField(kind: string, { path, old, new: value }: FieldChange): [Danger, string][] {
  if (SIZES[kind]?.test(path)) {
    const [had, has] = [bytesOf(old), bytesOf(value)];
    if (had !== undefined && has !== undefined && has < had) {
      return [
        [
          Danger.REFUSED,
          `a volume never shrinks: ${String(value)} instead of ${String(old)} is refused; keep the size, or move the data to a new volume by hand`,
        ],
      ];
    }
  }
  if (CLASSES.test(path))
    return [[Danger.DATA, 'a volume keeps its class: another one takes a new volume, which begins empty; move the data by hand']];
  if (kind === 'VMSingle' && path === 'spec.storage' && value === undefined)
    return [[Danger.DATA, 'the store has no volume any more: samples end with its pod']];
  if (/(^spec\.retentionPeriod$|\[-retentionPeriod\]$)/.test(path)) {
    const [had, has] = [hoursOf(String(old)), hoursOf(String(value))];
    if (has < had) return [[Danger.DATA, `samples older than ${String(value)} are deleted; ${String(old)} were kept`]];
  }
  if (path === `metadata.labels["${POD_SECURITY_LABEL}"]`) {
    const weaker = LEVELS.indexOf(text(value)) < LEVELS.indexOf(text(old));
    return [
      weaker
        ? [
            Danger.RIGHTS,
            `admits pods of level ${text(value)} from now on, of anybody who may make pods there; ${text(old)} was the most before`,
          ]
        : [Danger.REFUSED, `pods that need more than ${text(value)} are not admitted any more, once they start anew`],
    ];
  }
  if (/GF_AUTH_ANONYMOUS_ORG_ROLE\]\.value$/.test(path) && ROLES.indexOf(text(value)) > ROLES.indexOf(text(old))) {
    return [[Danger.RIGHTS, `visitors without login become ${text(value)}; they were ${text(old)}`]];
  }
  return [];
}

function hoursOf(retention: string): number {
  const [, amount, unit = 'm'] = /^([\d.]+)([hdwy])?$/.exec(retention) ?? [];
  const hours: { readonly [unit: string]: number } = { h: 1, d: 24, w: 168, y: 8760, m: 744 };
  return amount === undefined ? Number.NaN : Number(amount) * (hours[unit] ?? 1);
}

/** A volume that grows is no danger where its class can, which only the cluster knows. */
function grownOf(kind: string, { path, old, new: value }: FieldChange): string[] {
  const [had, has] = [bytesOf(old), bytesOf(value)];
  if (!SIZES[kind]?.test(path) || had === undefined || has === undefined || has < had) return [];
  const otherwise = kind === 'PersistentVolumeClaim' ? 'applying is refused' : 'its status stays expanding';
  return [`its volume grows in place where the storage class allows it; where not, ${otherwise}`];
}

/** What restarts, in a few words. */
function restartOf({ former, latter, fields, readsAnew }: ObjectPair, isStore: boolean): string | undefined {
  const kind = latter?.kind ?? '';
  if (kind === 'VMSingle')
    return fields.some(({ path }) => path.startsWith('spec.') && !/^spec\.(storage|removePvcAfterDelete)/.test(path))
      ? 'its pod restarts'
      : undefined;
  if (kind === 'VMAgent') {
    return fields.some(({ path }) => path.startsWith('spec.') && !RELOADED.test(path))
      ? 'its pods restart: queues stay, and a few seconds are not scraped'
      : undefined;
  }
  if (!fields.some(({ path }) => path.startsWith('spec.template')) && !readsAnew) return undefined;
  if (at(former?.json, 'spec', 'template') === undefined) return undefined;
  const why =
    readsAnew && !fields.some(({ path }) => path.startsWith('spec.template')) ? ', for they read their configuration only then' : '';
  if (isStore) return `its pod restarts${why}`;
  return kind === 'DaemonSet' ? `its pods restart, one node after the other${why}` : `its pods restart${why}`;
}

function exposure({ former, latter }: ObjectPair): Warning[] {
  if (!latter) return [];
  const subject = titleOf(latter);
  const type = text(at(latter.json, 'spec', 'type'));
  if (latter.kind === 'Service' && OPEN_TYPES.includes(type) && text(at(former?.json, 'spec', 'type')) !== type) {
    return [{ danger: Danger.EXPOSURE, subject, message: `can be reached from outside the cluster (${type})` }];
  }
  if (latter.kind === 'Ingress' && !former)
    return [{ danger: Danger.EXPOSURE, subject, message: 'can be reached from outside the cluster' }];
  return [];
}
