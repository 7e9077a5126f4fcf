import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Cluster, report } from './cluster';
import type { Node } from './objects';
import { MONITORING, NODE_EXPORTER, SLURM } from './pipeline';

/**
 * Puts images on every node under other names, by the command of LAB: as if each had been pulled from a registry of one's own.
 *
 * @param names published name and other name of each
 */
export async function loadAs(cluster: Cluster, names: ReadonlyMap<string, string>): Promise<void> {
  const lab = process.env.LAB;
  if (!lab) throw new Error('LAB: got nothing, expected the path of the command that puts images on the nodes');
  const table = readFileSync(join(dirname(lab), 'images.tsv'), 'utf8').split('\n');
  const began = Date.now();
  for (const [published, other] of names) {
    const [, entrypoint, user, files] = table.map((line) => line.split('\t')).find(([reference]) => reference === published) ?? [];
    if (entrypoint === undefined || user === undefined || files === undefined) throw new Error(`${published}: not among the lab's images`);
    const { code, stderr } = await cluster.run(lab, ['load', other, entrypoint, user, ...files.split(' ')]);
    if (code !== 0) throw new Error(`lab load ${other}: ${stderr}`);
  }
  report(`${names.size} images are on the nodes under their other names after ${((Date.now() - began) / 1000).toFixed(1)} s`);
}

interface Slice {
  readonly endpoints: readonly { readonly addresses: readonly string[] }[];
  readonly ports: readonly { readonly port: number }[];
}

/** Policies under which the pods of the pipeline reach pods, nodes and the API server, and nothing else. */
export async function insideOnly(cluster: Cluster): Promise<object[]> {
  const slice: Slice = JSON.parse(await cluster.kubectl('get', 'endpointslice', '-n', 'default', 'kubernetes', '-o', 'json'));
  const nodes = await cluster.list<Node>('nodes');
  const block = (address: string) => ({ ipBlock: { cidr: `${address}/32` } });
  const addresses = nodes.flatMap(({ status }) => status.addresses.filter(({ type }) => type === 'InternalIP'));
  const egress = [
    { to: [{ namespaceSelector: {} }, ...addresses.map(({ address }) => block(address))] },
    {
      to: slice.endpoints.flatMap((endpoint) => endpoint.addresses.map(block)),
      ports: slice.ports.map(({ port }) => ({ protocol: 'TCP', port })),
    },
  ];
  // others live in the namespace of SLURM, too
  const ofPipeline = { matchLabels: { 'app.kubernetes.io/part-of': 'soperator-metrics' } };
  return [MONITORING, NODE_EXPORTER, SLURM].map((namespace) => ({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: 'inside-only', namespace },
    spec: { podSelector: namespace === SLURM ? ofPipeline : {}, policyTypes: ['Egress'], egress },
  }));
}

/** An address outside the cluster that pods could reach: the machine with the API server. */
export async function outsideAddress(cluster: Cluster): Promise<string> {
  const slice: Slice = JSON.parse(await cluster.kubectl('get', 'endpointslice', '-n', 'default', 'kubernetes', '-o', 'json'));
  const [address] = slice.endpoints.flatMap((endpoint) => endpoint.addresses);
  if (!address) throw new Error('the API server has no address');
  return address;
}
