// Generates imports/ from the CRDs in crds/: only the kinds that the code uses, the same bytes each time.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname ?? new URL('.', import.meta.url).pathname, '..');

/** The kinds in use; another one is one word here and a run of `npm run import`. */
const KINDS = ['VMAgent', 'VMSingle', 'VMServiceScrape', 'VMPodScrape', 'VMNodeScrape', 'VMStaticScrape'];

const source = readdirSync(join(ROOT, 'crds')).find((file) => file.startsWith('operator.victoriametrics.com'));
const documents = readFileSync(join(ROOT, 'crds', source), 'utf8').split(/^---\s*$/m);
const used = KINDS.map((kind) => {
  const found = documents.find((document) => new RegExp(`^ {4}kind: ${kind}$`, 'm').test(document));
  if (!found) throw new Error(`crds/${source}: no CRD of kind ${kind}; allowed are the kinds of that file`);
  return found;
});

const work = mkdtempSync(join(tmpdir(), 'import-'));
try {
  const crds = join(work, 'crds.yaml');
  writeFileSync(crds, used.join('\n---\n'));
  const cli = join(ROOT, 'node_modules', 'cdk8s-cli', 'bin', 'cdk8s');
  execFileSync(
    process.execPath,
    [cli, 'import', crds, '--language', 'typescript', '--output', work, '--no-save', '--check-upgrade=false'],
    {
      cwd: work,
      stdio: ['ignore', 'ignore', 'inherit'],
    },
  );
  // the default GVK is fixed by the CRDs; only the name of the file is ours
  const generated = readFileSync(join(work, 'operator.victoriametrics.com.ts'), 'utf8').replace(/[ \t]+$/gm, '');
  writeFileSync(join(ROOT, 'imports', 'operator.victoriametrics.com.ts'), generated);
} finally {
  rmSync(work, { recursive: true, force: true });
}
