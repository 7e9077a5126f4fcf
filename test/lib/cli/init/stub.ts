import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Facts, Kind } from '../../../../lib/cli/init/facts';
import { command, type Run } from '../support';

/** Answers of a kubectl that asks nobody: a file each, named by what it is asked for. What has none is an error as kubectl's. */
const SCRIPT = `#!/bin/sh
dir=$(dirname "$0")/answers
echo "$*" >> "$dir/asked"
case "$1 $2" in
  'config view') name=context ;;
  'get --raw') name=$(echo "$3" | tr '/?=' '___') ;;
  'get secret') name=secret-$3 ;;
  get*) name=$2 ;;
esac
if [ -e "$dir/$name.error" ]; then cat "$dir/$name.error" >&2; exit 1; fi
if [ -e "$dir/$name" ]; then cat "$dir/$name"; exit 0; fi
echo "Error from server (NotFound): $name not found" >&2
exit 1
`;

/** A kubectl in front of PATH, with answers of its own. */
export class KubectlStub {
  private readonly folder = mkdtempSync(join(tmpdir(), 'kubectl-'));
  private readonly path = process.env.PATH;

  constructor() {
    mkdirSync(join(this.folder, 'answers'));
    const program = join(this.folder, 'kubectl');
    writeFileSync(program, SCRIPT);
    chmodSync(program, 0o755);
    process.env.PATH = `${this.folder}:${this.path}`;
  }

  /** What is asked for by a name has this answer. */
  answers(name: string, answer: unknown): void {
    writeFileSync(join(this.folder, 'answers', name), typeof answer === 'string' ? answer : JSON.stringify(answer));
  }

  /** What is asked for by a name ends with this error. */
  fails(name: string, error: string): void {
    this.answers(`${name}.error`, `${error}\n`);
  }

  /** Answers as the cluster of some facts would. */
  has({ data }: Facts): void {
    const { context, kubernetes, groups, pods = 0, objects, unread, secrets = {} } = data;
    this.answers('context', {
      'current-context': context.name,
      contexts: [{ context: { cluster: context.cluster } }],
      clusters: [{ cluster: { server: context.server } }],
    });
    this.answers('_version', { gitVersion: kubernetes });
    this.answers('_apis', { groups: groups.map((name) => ({ name })) });
    this.answers('_api_v1_pods_limit_1', { items: [{}], metadata: { remainingItemCount: pods - 1 } });
    const kinds: readonly Kind[] = [
      'nodes',
      'namespaces',
      'services',
      'deployments.apps',
      'daemonsets.apps',
      'storageclasses.storage.k8s.io',
    ];
    for (const kind of kinds) this.answers(kind, { items: [] });
    for (const [kind, items] of Object.entries(objects)) this.answers(kind, { items });
    for (const [title, isThere] of Object.entries(secrets)) if (isThere) this.answers(`secret-${title.split('/')[1]}`, 'there');
    for (const [kind, error] of Object.entries(unread)) this.fails(kind, error);
  }

  /** What it was asked, a line each. */
  asked(): string[] {
    const file = join(this.folder, 'answers', 'asked');
    return existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [];
  }

  /** Runs the command. */
  run(...args: readonly string[]): Promise<Run> {
    return command(...args);
  }

  /** Takes it out of PATH. */
  remove(): void {
    process.env.PATH = this.path;
    rmSync(this.folder, { recursive: true, force: true });
  }
}
