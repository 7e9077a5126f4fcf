import { at, type Json, list, text } from './tree';

/** A program that contacts its makers, or downloads something, unless it is told not to. */
interface Caller {
  /** End of its image's name, before the tag. */
  readonly image: RegExp;
  /** Variables that it must have, each with what it does otherwise. */
  readonly settings: readonly (readonly [name: string, value: string, otherwise: string])[];
  /** Variables that it must not have, each with what it does for them. */
  readonly never: readonly (readonly [name: string, does: string])[];
}

/**
 * What is known of programs. vmagent, VictoriaMetrics, their operator, kube-state-metrics and the exporters contact nobody by themselves.
 *
 * @see https://grafana.com/docs/grafana/latest/setup-grafana/configure-grafana/
 */
const CALLERS: readonly Caller[] = [
  {
    image: /(^|\/)grafana(-oss|-enterprise)?$/,
    settings: [
      ['GF_ANALYTICS_REPORTING_ENABLED', 'false', 'it reports its use to stats.grafana.org'],
      ['GF_ANALYTICS_CHECK_FOR_UPDATES', 'false', 'it asks grafana.com for newer versions'],
      ['GF_ANALYTICS_CHECK_FOR_PLUGIN_UPDATES', 'false', 'it asks grafana.com for newer plugins'],
      ['GF_NEWS_NEWS_FEED_ENABLED', 'false', 'browsers read the news of grafana.com'],
      ['GF_PLUGINS_PLUGIN_ADMIN_ENABLED', 'false', 'its catalog installs plugins of grafana.com'],
      ['GF_PLUGINS_PREINSTALL_DISABLED', 'true', 'it downloads plugins when it starts'],
      ['GF_PLUGINS_PUBLIC_KEY_RETRIEVAL_DISABLED', 'true', 'it downloads the keys of plugins'],
      ['GF_SECURITY_DISABLE_GRAVATAR', 'true', 'it asks secure.gravatar.com for pictures of users'],
      ['GF_SNAPSHOTS_EXTERNAL_ENABLED', 'false', 'whoever shares a snapshot may send it to snapshots.raintank.io'],
    ],
    never: [
      ['GF_INSTALL_PLUGINS', 'it downloads plugins when it starts'],
      ['GF_PLUGINS_PREINSTALL', 'it downloads plugins when it starts'],
      ['GF_PLUGINS_PREINSTALL_SYNC', 'it downloads plugins when it starts'],
    ],
  },
  {
    image: /(^|\/)k8s-sidecar$/,
    settings: [],
    never: [['REQ_URL', 'it asks that URL whenever a file changes']],
  },
];

/** What a container would contact by itself, one message each. */
export function callsHome(container: Json): string[] {
  const image = text(at(container, 'image'))
    .replace(/@.*$/, '')
    .replace(/:[^:/]*$/, '');
  const variables = new Map(list(at(container, 'env')).map((variable) => [text(at(variable, 'name')), text(at(variable, 'value'))]));
  return CALLERS.filter((caller) => caller.image.test(image)).flatMap(({ settings, never }) => [
    ...settings
      .filter(([name, value]) => variables.get(name) !== value)
      .map(([name, value, otherwise]) => {
        const got = variables.has(name) ? `"${variables.get(name)}"` : 'nothing';
        return `env.${name}: got ${got}, expected "${value}", because otherwise ${otherwise}; write it, or leave out what changes it`;
      }),
    ...never
      .filter(([name]) => variables.has(name))
      .map(([name, does]) => `env.${name}: got a value, expected none, because ${does}; bring what it needs in an image or a ConfigMap`),
  ]);
}
