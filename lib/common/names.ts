import type { IConstruct } from 'constructs';
import { reject } from './errors';

/** Value of `app.kubernetes.io/part-of` on every object. */
export const PART_OF = 'soperator-metrics';
/** Prefix of the label keys that are ours. */
export const LABEL_PREFIX = 'soperator-metrics';

const DNS_LABEL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;

/**
 * Checks a name that becomes the name of a Service, too.
 *
 * @throws InvalidOptionError when it is no lower-case DNS label or begins with a digit
 */
export function serviceName(where: IConstruct | string, option: string, name: string): string {
  if (/^[0-9]/.test(name)) {
    reject(where, {
      option,
      got: name,
      expected: 'a name that begins with a letter, as those of Services do',
      instead: `write 'x${name}'`,
    });
  }
  return dnsName(where, option, name);
}

/**
 * Checks the name of a cluster: value of a metric label, of a label of objects, and name of a folder.
 *
 * @throws InvalidOptionError when it is none
 */
export function clusterName(where: IConstruct | string, cluster: string): string {
  if (!/^[a-z0-9]([a-z0-9.-]{0,61}[a-z0-9])?$/.test(cluster)) {
    reject(where, {
      option: 'cluster',
      got: cluster,
      expected: '1 to 63 lower-case letters, digits, dots and dashes, with a letter or digit at both ends',
      instead: "name the cluster as its people do: 'prod-eu-1'",
    });
  }
  return cluster;
}

/**
 * Checks a name that becomes the name of an object of Kubernetes.
 *
 * @param max longest length in characters, at most 63; shorter where an operator puts a prefix in front
 * @throws InvalidOptionError when it is not a lower-case DNS label or too long
 */
export function dnsName(where: IConstruct | string, option: string, name: string, max = 63): string {
  if (!DNS_LABEL.test(name) || name.length > max) {
    reject(where, {
      option,
      got: name,
      expected: `a lower-case DNS label of at most ${max} characters`,
      instead: "use letters, digits and '-', with a letter or digit at both ends",
    });
  }
  return name;
}
