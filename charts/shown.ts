import type { IConstruct } from 'constructs';
import { Tree } from '../lib/checks';
import type { Dashboard } from '../lib/common/dashboard';
import { complaint } from '../lib/common/errors';

/** Refuses dashboards that nobody would see: without a Grafana of the pipeline somebody has to render them. */
export function requireShown(pipeline: IConstruct, dashboards: readonly Dashboard[]): void {
  if (dashboards.length === 0) return;
  pipeline.node.addValidation({
    validate: () => {
      const texts = Tree.of(pipeline.node.root)
        .ofKind('ConfigMap')
        .flatMap(({ json }) => Object.values(json.data ?? {}));
      return dashboards.flatMap(({ name, json }, index) =>
        texts.includes(json)
          ? []
          : complaint({
              option: `dashboards[${index}]`,
              got: name,
              expected: 'somebody to show it, while grafana.enabled is false',
              instead: "render it: new DashboardConfigMaps(pipeline, 'Dashboards', { dashboards: pipeline.dashboards, namespace: '…' })",
            }),
      );
    },
  });
}
