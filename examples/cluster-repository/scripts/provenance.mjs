// node scripts/provenance.mjs NAME SHA256 CLUSTER: a statement of how something was made, as in-toto v1 with SLSA's provenance v1 in it.
// Called by the scripts that publish, which give the environment.
import { existsSync, readFileSync } from 'node:fs';

const [name, sha256, cluster] = process.argv.slice(2);
const { SOURCE_URL, BUILD_URL, BUILDER_ID, REVISION, CLUSTERS, SHAPE } = process.env;
const source = `git+${SOURCE_URL || 'file:.'}`;
const read = (file) => JSON.parse(readFileSync(file, 'utf8'));

/** The package that rendered it; with its digest, where the lock file has one. */
function renderer() {
  const { version } = read('node_modules/soperator-metrics/package.json');
  const uri = `pkg:npm/soperator-metrics@${version}`;
  const locked = existsSync('package-lock.json') ? read('package-lock.json').packages?.['node_modules/soperator-metrics'] : undefined;
  const [algorithm, base64] = locked?.integrity?.split('-') ?? [];
  return base64 === undefined ? { uri } : { uri, digest: { [algorithm]: Buffer.from(base64, 'base64').toString('hex') } };
}

const statement = {
  _type: 'https://in-toto.io/Statement/v1',
  subject: [{ name, digest: { sha256 } }],
  predicateType: 'https://slsa.dev/provenance/v1',
  predicate: {
    buildDefinition: {
      buildType: 'urn:soperator-metrics:cluster-repository:v1',
      externalParameters: { source: `${source}@${REVISION}`, clusters: CLUSTERS, cluster, shape: SHAPE },
      internalParameters: {},
      resolvedDependencies: [{ uri: `${source}@${REVISION}`, digest: { gitCommit: REVISION } }, renderer()],
    },
    runDetails: {
      builder: { id: BUILDER_ID || 'urn:soperator-metrics:by-hand' },
      metadata: { ...(BUILD_URL ? { invocationId: BUILD_URL } : {}), finishedOn: new Date().toISOString() },
    },
  },
};
process.stdout.write(`${JSON.stringify(statement, undefined, 2)}\n`);
