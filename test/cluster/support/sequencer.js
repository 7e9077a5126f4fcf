const { basename } = require('node:path');
const Sequencer = require('@jest/test-sequencer').default;

const CLUSTER = /[\\/]test[\\/]cluster[\\/]/;
/** A file without a number wants a pipeline that runs and is not being changed: behind those that look, before those that change. */
const UNNUMBERED = '55-';

const place = ({ path }) => (/^\d/.test(basename(path)) ? basename(path) : `${UNNUMBERED}${basename(path)}`);

/** Tests of the cluster share one cluster and run in the order of their numbers; all others as jest likes. */
module.exports = class extends Sequencer {
  sort(tests) {
    const cluster = tests.filter(({ path }) => CLUSTER.test(path));
    const others = tests.filter(({ path }) => !CLUSTER.test(path));
    return [...super.sort(others), ...cluster.sort((a, b) => (place(a) < place(b) ? -1 : 1))];
  }
};
