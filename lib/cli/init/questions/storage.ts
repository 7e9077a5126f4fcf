import { type StorageClass, some } from '../objects';
import type { Question } from '../question';

const DEFAULT = ['storageclass.kubernetes.io/is-default-class', 'storageclass.beta.kubernetes.io/is-default-class'];
/** Where the volumes of store and agent take their class from. */
const OPTIONS = ['vmSingle.storageClassName', 'vmAgent.queueStorageClassName'];

/** Which storage class volumes have. */
export const storage: Question = {
  about: 'storage classes',
  option: 'vmSingle.storageClassName',
  needs: ['storageclasses.storage.k8s.io'],
  ask(facts) {
    const all = facts.of('storageclasses.storage.k8s.io');
    const defaults = all.filter(({ metadata }) => DEFAULT.some((key) => metadata.annotations?.[key] === 'true'));
    const [only] = defaults.length === 1 ? defaults : [];
    const remark = (text: string) => OPTIONS.map((option) => ({ option, text }));
    if (only) return { remarks: remark(`the default class is ${described(only)}`) };
    const names = some(
      all.map(({ metadata }) => metadata.name),
      6,
    );
    const [option = ''] = OPTIONS;
    if (defaults.length > 1) {
      const text = `which class is meant? ${some(defaults.map(({ metadata }) => metadata.name))} all are the default; Kubernetes takes the newest, ${newest(defaults)}`;
      return { doubts: [{ option, text }] };
    }
    const [single] = all;
    if (single && all.length === 1) {
      const why = `the only class, and not the default, is ${described(single)}`;
      return { choices: OPTIONS.map((one) => ({ option: one, value: single.metadata.name, why })) };
    }
    const text =
      all.length === 0
        ? 'where do volumes come from? There is no storage class, so the volumes of store and agent wait until somebody makes them'
        : `which class is meant? There is no default class, and ${names}; name one here and as vmAgent.queueStorageClassName, or volumes wait for ever`;
    return { doubts: [{ option, text }] };
  },
};

function described({ metadata, provisioner, allowVolumeExpansion }: StorageClass): string {
  return `${metadata.name} of ${provisioner}, whose volumes ${allowVolumeExpansion ? 'can grow' : 'cannot grow'}`;
}

function newest(classes: readonly StorageClass[]): string {
  const created = ({ metadata }: StorageClass) => metadata.creationTimestamp ?? '';
  return [...classes].sort((a, b) => (created(a) > created(b) ? -1 : 1))[0]?.metadata.name ?? '';
}
