import type { Shape } from '../shape';
import { chartFiles } from './chart-files';
import { chartsOf } from './charts';
import { requireRoom } from './release-size';

/**
 * Helm chart folders: `operator`, where the operator is rendered, and `pipeline`. Two, because Helm removes resources of kinds that it does not
 * know last, and the operator must outlive its own. No options: those of the cluster file have been decided.
 */
export const helm: Shape = {
  files: (rendered) => {
    const charts = chartsOf(rendered).map((chart) => ({ chart, files: chartFiles(chart) }));
    requireRoom(rendered.cluster, charts);
    return new Map(
      charts.flatMap(({ chart, files }) => [...files].map(([path, content]) => [`${chart.folder}/${path}`, content] as const)),
    );
  },
};
