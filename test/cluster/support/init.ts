import { join } from 'node:path';
import { parse } from 'yaml';
import { parseCluster } from '../../../lib/config';
import type { Cluster } from './cluster';
import { Manifests } from './manifests';

const ROOT = join(__dirname, '..', '..', '..');

/** What `init --json` tells. */
interface Told {
  readonly text: string;
  readonly open: readonly { readonly option: string; readonly text: string }[];
  readonly unread: { readonly [kind: string]: string };
}

/** A file that `init` made of the cluster, and what it renders. */
export interface Initialised extends Told {
  /** What is in force in it. */
  readonly chosen: { readonly [option: string]: unknown };
  readonly manifests: Manifests;
}

/**
 * Lets `init` ask the cluster, and renders the file that it makes.
 *
 * @param args more arguments
 */
export async function initialised(cluster: Cluster, ...args: readonly string[]): Promise<Initialised> {
  const command = ['run', '--silent', 'cli', '--', 'init', '-', '--json', '--cluster', 'soperator', ...args];
  const { code, stdout, stderr } = await cluster.run('npm', command, { cwd: ROOT });
  if (code !== 0) throw new Error(`init ended with ${code}:\n${stdout}${stderr}`);
  const told: Told = JSON.parse(stdout);
  return { ...told, chosen: parse(told.text), manifests: Manifests.of(cluster, parseCluster('init', told.text).props) };
}
