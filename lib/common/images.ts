import type { IConstruct } from 'constructs';
import { reject } from './errors';

/**
 * Every image that the pipeline runs, at the version it was proven with. One line each: what it is and where new
 * releases are announced. The registry prefix stays, so that nothing depends on a node's search order.
 */
export const IMAGES = {
  /** @see https://github.com/VictoriaMetrics/VictoriaMetrics/releases */
  vmAgent: 'docker.io/victoriametrics/vmagent:v1.150.0',
  /** @see https://github.com/VictoriaMetrics/VictoriaMetrics/releases */
  vmSingle: 'docker.io/victoriametrics/victoria-metrics:v1.150.0',
  /** @see https://github.com/VictoriaMetrics/operator/releases */
  vmOperator: 'docker.io/victoriametrics/operator:v0.74.1',
  /** @see https://github.com/kubernetes/kube-state-metrics/releases */
  kubeStateMetrics: 'registry.k8s.io/kube-state-metrics/kube-state-metrics:v2.20.0',
  /** @see https://github.com/prometheus/node_exporter/releases */
  nodeExporter: 'quay.io/prometheus/node-exporter:v1.12.1',
  /** Its tag names the release of Soperator and of SLURM. @see https://github.com/nebius/soperator/releases */
  slurmExporter: 'cr.eu-north1.nebius.cloud/soperator/soperator-exporter:5.0.0-slurm26.05.3-nebius-2',
  /** @see https://github.com/NVIDIA/dcgm-exporter/releases */
  dcgmExporter: 'nvcr.io/nvidia/k8s/dcgm-exporter:4.6.0-4.8.3-distroless',
  /** @see https://github.com/grafana/grafana/releases */
  grafana: 'docker.io/grafana/grafana:13.2.0',
  /** @see https://github.com/kiwigrid/k8s-sidecar/releases */
  grafanaSidecar: 'quay.io/kiwigrid/k8s-sidecar:2.10.1',
} as const;

/** What a version of the VictoriaMetrics operator looks like: no `v`, no suffix. */
export const OPERATOR_VERSION = /^\d+\.\d+\.\d+$/;

/**
 * Checks a version of the VictoriaMetrics operator.
 *
 * @param given the version; left out, the one that the pipeline was proven with
 * @throws InvalidOptionError when it is none
 */
export function operatorVersion(where: IConstruct | string, given?: string): string {
  const version = given ?? IMAGES.vmOperator.slice(IMAGES.vmOperator.lastIndexOf(':v') + 2);
  if (!OPERATOR_VERSION.test(version)) {
    reject(where, {
      option: 'operatorVersion',
      got: version,
      expected: "a version of the operator: '0.74.1'",
      instead: 'read it from the tag of the image that runs in the cluster, without the v',
    });
  }
  return version;
}

/** The sidecar that an operator of some version puts beside the agent; they are released together. */
export function configReloaderImage(operatorVersion: string): string {
  return `docker.io/victoriametrics/operator:config-reloader-v${operatorVersion}`;
}

/** An image reference in its parts, as the VictoriaMetrics operator wants them. */
export interface ImageParts {
  /** Registry, path and name: `docker.io/victoriametrics/vmagent`. */
  readonly repository: string;
  /** The tag, a digest with its algorithm, or both: `v1.150.0`, `sha256:…`, `v1.150.0@sha256:…`. */
  readonly tag: string;
  /** The tag, or the digest of an image without one: what people know it by. */
  readonly version: string;
}

const REFERENCE =
  /^(?<repository>(?:[a-zA-Z0-9.-]+(?::\d+)?\/)?[a-z0-9]+(?:[._/-]+[a-z0-9]+)*)(?::(?<tag>[\w][\w.-]{0,127}))?(?:@(?<digest>sha256:[a-f0-9]{64}))?$/;

/**
 * Splits an image reference into repository and tag or digest.
 *
 * @param where the construct path that the image belongs to, for the message
 * @param option the prop that held the reference, for the message
 * @throws InvalidOptionError when there is neither tag nor digest, or the tag is `latest`: both change under a running cluster
 */
export function imageParts(reference: string, where: string, option = 'image'): ImageParts {
  const groups = REFERENCE.exec(reference)?.groups;
  // the operator joins repository and tag with a colon, so a digest may follow the tag
  const tag = [groups?.tag, groups?.digest].filter(Boolean).join('@');
  if (!groups?.repository || !tag || groups.tag === 'latest') {
    reject(where, {
      option,
      got: reference,
      expected: 'an image reference with a fixed tag or digest',
      instead: "write registry, name and version: 'docker.io/victoriametrics/vmagent:v1.150.0'",
    });
  }
  return { repository: groups.repository, tag, version: groups.tag ?? tag };
}

/** An image as the field `image` of the operator's resources wants it. */
export function operatorImage(where: IConstruct, reference: string): { repository: string; tag: string; pullPolicy: string } {
  const { repository, tag } = imageParts(reference, where.node.path);
  return { repository, tag, pullPolicy: 'IfNotPresent' };
}
