const Sequencer = require('@jest/test-sequencer').default;

const CLUSTER = /[\\/]test[\\/]cluster[\\/]/;

/** Tests of the cluster share one cluster and run in the order of their names; all others as jest likes. */
module.exports = class extends Sequencer {
  sort(tests) {
    const [cluster, others] = [tests.filter(({ path }) => CLUSTER.test(path)), tests.filter(({ path }) => !CLUSTER.test(path))];
    return [...super.sort(others), ...cluster.sort((a, b) => (a.path < b.path ? -1 : 1))];
  }
};
