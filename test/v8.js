// V8 optimises early, which is much of what a run costs, for each test file has functions of its own and a process runs few files for long. As in
// `scripts/run.mjs`, it waits until something has run for long; newer versions have no such flag and wait by themselves.
const { setFlagsFromString } = require('node:v8');

if (process.versions.v8.startsWith('11.')) setFlagsFromString('--interrupt-budget=1000000');
