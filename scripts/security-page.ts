// Writes docs/security.md from what is rendered of the default cluster in both modes. `npm run docs`.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { App } from 'cdk8s';
import { MetricsPipeline } from '../charts/metrics-pipeline';
import { markdownSection } from '../lib/cli/security';
import { Mode } from '../lib/common/mode';
import { type SecuritySection, securityReport, securitySections } from '../lib/outputs';

function sectionsOf(mode: Mode): SecuritySection[] {
  const app = new App();
  new MetricsPipeline(app, 'soperator', { cluster: 'soperator', mode });
  return securitySections(securityReport(app));
}

const operator = sectionsOf(Mode.OPERATOR);
const known = new Set(operator.map((section) => JSON.stringify(section)));
const differing = sectionsOf(Mode.STANDALONE).filter((section) => !known.has(JSON.stringify(section)));
const tables = (sections: readonly SecuritySection[]) => sections.map((section) => markdownSection(section, '###')).join('\n\n');

const page = `# Security

What a security review asks: which accounts there are, what each may do and why, which pods are more than ordinary, and which Pod Security level each namespace enforces. The tables
below are of the default cluster. For yours:

<!-- not run: it prints the tables of this page for a cluster of yours -->
\`\`\`bash
soperator-metrics security clusters/mine.yaml
soperator-metrics security clusters/ --format markdown > security.md
\`\`\`

It reads the cluster file and asks no cluster. Your own objects and patches are in it, too; a rule or field of which nobody has said what it is for shows **no reason given**.

## In brief

**What can be lost.** The pipeline holds metrics, and what they name: nodes, pods, users and names of jobs. Its credentials are the tokens of its own service accounts and the key that SLURM's REST
tokens are signed with (read by the SLURM exporter alone); where they are given, tokens of remote destinations and Grafana's administrator.

**What the tokens reach.** No account may read all Secrets, run or change pods of others, use \`nodes/proxy\`, \`pods/exec\` or the token endpoint, or make roles and bindings.
- The **operator** is the strongest: in the monitoring namespace it may read and write every Secret and ConfigMap and make workloads, so whoever may act as it owns that
  namespace, with every Secret in it. Elsewhere it lists workloads, pods, Services, claims and rights, and reads no Secret, unless \`vmAgent.userScrapes.namespaces\` names other namespaces. It may not delete claims of volumes.
  \`mode: standalone\` does without it, and without these rights.
- The **agent** lists pods, Services and their addresses where it scrapes, and nodes. \`get nodes/metrics\` reads the kubelets' metrics, and opens no other page of theirs. \`get /metrics\` holds for
  every server that asks the API server, the API server itself included.
- The **SLURM exporter** can sign a token of SLURM's REST API as root: its key is as strong as SLURM's administrator. It reads this one Secret by name.
- **Grafana**'s token is in its sidecar alone. Grafana itself, where visitors write queries, has none.
- **Exporters on nodes**, the store and whoever is listed under "Accounts without rights" have no token at all.

**What is root, or on the node.** The DCGM exporter runs as root with \`SYS_ADMIN\`; give \`dcgmExporter.counters\` without fields \`DCGM_FI_PROF_*\` and the capability is gone. It has no token. The node exporter
sees the files and the network of its node as \`nobody\`, read-only, without a capability; what \`nobody\` may read on a node, it may read. It has a namespace of its own, so that no other namespace of the
pipeline needs \`privileged\`. Everything else runs as an ordinary user on a read-only file system with all capabilities dropped.

**Who may look.** Metrics pages and the pages of agent and store ask nobody for a password: whoever reaches port 8429 of the store may read, write and delete series. Grafana's visitors are Editors by default: see
[\`grafana.anonymousRole\`](../pipeline.yaml), and the check that refuses an anonymous Editor behind an Ingress. No NetworkPolicy is rendered. Where your cluster denies by default, the
column "listens on" has the ports to open.

**Destinations.** A token goes to its own URL alone ([how](destinations.md)). A token in a Secret is mounted as a file into the agent. A token file of the node
takes a monitoring namespace of level \`privileged\`, which the report then says, and a Secret is the better choice.

## What is proven

- A rule cannot be granted without a reason: it does not compile.
- The check \`pod-security\` stops a synthesis where a namespace would refuse a rendered pod, and warns where its level is looser than its pods need.
- On a running cluster, by tests: the API server grants every account of the report exactly what the report says, beside what everybody may who is authenticated; it warns of no pod at the levels that are
  enforced, and one level stricter it warns of the very pods that the report names.
- Reasons are sentences. They were written next to the rules after reading what the programs do (VictoriaMetrics operator 0.74.1, Soperator's exporter) and after taking rights away
  in a test cluster. The DCGM exporter was not run on a GPU for it, and Grafana's sidecar is asked for \`get\` by its documentation.

## Operator mode

${tables(operator)}

## Standalone mode

\`mode: standalone\` has no operator. What differs from the tables above:

${tables(differing)}
`;
writeFileSync(process.argv[2] ?? join(__dirname, '..', 'docs', 'security.md'), page);
