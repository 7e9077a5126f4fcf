import { readFileSync } from 'node:fs';
import { parseAllDocuments } from 'yaml';
import type { Mode } from '../../../lib';
import { type Cluster, report } from './cluster';
import { CONTROLLERS, dryRun, living, SAME_MANAGER, unlike } from './drift';
import { Manifests } from './manifests';
import { type KubeObject, titleOf, titles } from './objects';

/** Tests that a pipeline which was applied and reconciled stays as it was rendered. */
export function describeDrift(cluster: Cluster, mode: Mode): void {
  describe(`the pipeline in ${mode} mode, applied and reconciled`, () => {
    let paths: readonly string[];
    let rendered: readonly KubeObject[];
    let live: ReadonlyMap<string, KubeObject>;
    beforeAll(async () => {
      const manifests = Manifests.of(cluster, { mode });
      paths = manifests.paths;
      rendered = manifests.objects;
      if (manifests.hasDefinitions) {
        paths = [manifests.definitions, ...paths];
        rendered = [...objectsOf(manifests.definitions), ...rendered];
      }
      live = await living(cluster, paths);
    });

    test.each([SAME_MANAGER, ...CONTROLLERS])('would not be changed in any object when it is applied again by $name', async (applier) => {
      const { objects, changes } = await dryRun(cluster, paths, live, applier);
      expect(changes).toEqual([]);
      expect(objects).toBe(rendered.length);
    });

    test('lives in every field as it was rendered: nobody writes a field of ours in another way', () => {
      expect([...live.keys()].sort()).toEqual(titles(rendered));
      const lines = rendered.flatMap((object) => unlike(object, live.get(titleOf(object))).map((line) => `${titleOf(object)} ${line}`));
      report(`${rendered.length} objects live as they were rendered, but for ${lines.length} fields`);
      expect(lines).toEqual([]);
    });
  });
}

function objectsOf(file: string): KubeObject[] {
  return parseAllDocuments(readFileSync(file, 'utf8')).map((document): KubeObject => document.toJS());
}
