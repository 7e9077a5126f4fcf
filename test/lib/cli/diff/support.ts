import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createColors } from 'picocolors';
import type { KubeObject } from '../../../../lib/checks/tree';
import { diffText } from '../../../../lib/cli/diff-text';
import { placeOf } from '../../../../lib/cli/places';
import { readingsOf } from '../../../../lib/cli/sides';
import { type ClusterDifference, compareSides, type Side } from '../../../../lib/outputs/diff';

/** Two dashboards are enough to see what becomes of them, and quicker to check than all. */
const BASE: { readonly [option: string]: string } = { cluster: 'soperator', grafana: '{ dashboards: [cluster-health, kubelet] }' };

/** A difference, and the two sides of it. */
export interface Edited {
  readonly text: string;
  readonly clusters: readonly ClusterDifference[];
  readonly former: Side;
  readonly latter: Side;
}

/** Compares the base with edits of it. The base is rendered once. */
export class Edits {
  private readonly folder = mkdtempSync(join(tmpdir(), 'diff-'));
  private readonly base = this.side('base.yaml', {});

  /** What differs once some options are others. */
  of(edit: { readonly [option: string]: string }): Edited {
    const latter = this.side('edited.yaml', edit);
    const difference = compareSides(this.base, latter);
    const clusters = difference ? [difference] : [];
    return { text: diffText(clusters, createColors(false)), clusters, former: this.base, latter };
  }

  /** Removes the files. */
  end(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  private side(name: string, edit: { readonly [option: string]: string }): Side {
    const file = join(this.folder, name);
    const options = Object.entries({ ...BASE, ...edit }).map(([option, value]) => `${option}: ${value}\n`);
    writeFileSync(file, options.join(''));
    const [reading] = readingsOf(placeOf(file));
    if (!reading) throw new Error(`${file} gave no cluster`);
    return reading.side();
  }
}

/** Objects of which the text is another on both sides, by a comparison that knows nothing of what they mean. */
export function differing({ former, latter }: Edited): string[] {
  const written = ({ tree }: Side) => new Map(tree.objects.map((object) => [nameOf(object), textOf(object)]));
  const [before, after] = [written(former), written(latter)];
  const names = [...new Set([...before.keys(), ...after.keys()])].filter((name) => before.get(name) !== after.get(name));
  return names.sort();
}

/** Objects that the report tells of; definitions are no objects of the tree. */
export function told({ clusters }: Edited): string[] {
  const objects = clusters.flatMap((cluster) => cluster.objects);
  return objects
    .filter(({ kind }) => kind !== 'CustomResourceDefinition')
    .map(nameOf)
    .sort();
}

function nameOf({ kind, namespace, name }: Pick<KubeObject, 'kind' | 'namespace' | 'name'>): string {
  return `${kind} ${namespace}/${name}`;
}

/** An object without what only repeats which others there are, and which image it runs. */
function textOf({ json }: KubeObject): string {
  return JSON.stringify(json, (key, value) =>
    /^(soperator-metrics\/inventory|app\.kubernetes\.io\/version)$/.test(key) ? undefined : value,
  );
}
