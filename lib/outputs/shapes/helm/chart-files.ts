import { dump } from 'js-yaml';
import { version } from '../../../../package.json';
import { digest } from '../../../common/digest';
import type { HelmChart } from './charts';

/** Folder of what is applied as it is. */
export const MANIFESTS = 'manifests';
/** Prefix of the names of charts. */
const CHART_PREFIX = 'soperator-metrics';

/** The only template: it reads files that are none, so that what looks like a template in a dashboard is a text like any other. */
const TEMPLATE = `{{- /* The files of ${MANIFESTS}/ as they are. They are no templates. */ -}}
{{- range $path, $_ := .Files.Glob "${MANIFESTS}/*.yaml" }}
---
{{ $.Files.Get $path }}
{{- end }}
`;

const VALUES = `# There are none. Options are those of the cluster file, and they are decided when the chart is rendered.
{}
`;

/** Without it Helm would take any value, and do nothing about it. Charts that this one is a part of always pass \`global\`. */
const VALUES_SCHEMA = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  description: 'There are no values: options are those of the cluster file.',
  type: 'object',
  properties: { global: {} },
  additionalProperties: false,
};

/** The files of a chart by their paths below its folder. */
export function chartFiles(chart: HelmChart): ReadonlyMap<string, string> {
  const files = new Map([
    ['templates/manifests.yaml', TEMPLATE],
    ['templates/NOTES.txt', chart.notes],
    ['values.yaml', VALUES],
    ['values.schema.json', `${JSON.stringify(VALUES_SCHEMA, undefined, 2)}\n`],
    ...[...chart.manifests].map(([name, text]) => [`${MANIFESTS}/${name}`, text] as const),
  ]);
  const content = digest([...files].map(([path, text]) => `${path}\n${text.length}\n${text}`).join(''));
  return new Map([['Chart.yaml', chartYaml(chart, content)], ...files]);
}

/** The version is that of this package, with the digest of what is in the chart behind it: other content has another version. */
function chartYaml({ folder, description, appVersion = version }: HelmChart, content: string): string {
  return dump(
    {
      apiVersion: 'v2',
      name: `${CHART_PREFIX}-${folder}`,
      description,
      type: 'application',
      version: `${version}+${content}`,
      appVersion,
    },
    { lineWidth: -1 },
  );
}
