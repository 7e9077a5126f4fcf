import type { Facts } from '../facts';
import { carries, type Service, type Strings, titleOf } from '../objects';
import type { Question, Remark } from '../question';

/** Parts that are off by default, and the Service that each looks for. */
const PARTS: readonly { readonly part: string; readonly namespace: string; readonly labels: Strings; readonly port: string }[] = [
  { part: 'apiServer', namespace: 'default', labels: { component: 'apiserver', provider: 'kubernetes' }, port: 'https' },
  { part: 'coreDns', namespace: 'kube-system', labels: { 'k8s-app': 'kube-dns' }, port: 'metrics' },
];

/** Whether API server and CoreDNS could be scraped. They stay off: whether somebody reads that is not to be seen. */
export const controlPlane: Question = {
  about: 'API server and CoreDNS',
  option: 'apiServer.enabled',
  needs: ['services'],
  ask(facts: Facts) {
    const remarks = PARTS.map(({ part, namespace, labels, port }): Remark => {
      const option = `${part}.enabled`;
      const service = facts.of('services').find(({ metadata }) => metadata.namespace === namespace && carries(metadata.labels, labels));
      if (!service) return { option, text: `no Service in namespace ${namespace} that it would be found by` };
      const where = `Service ${titleOf(service)}`;
      return { option, text: hasPort(service, port) ? `${where} can be scraped; true does it` : `${where} has no port ${port}` };
    });
    return { remarks };
  },
};

function hasPort({ spec }: Service, name: string): boolean {
  return (spec.ports ?? []).some((port) => port.name === name);
}
