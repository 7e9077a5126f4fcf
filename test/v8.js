// Each test file has modules of its own, so that V8 would optimise the same functions anew in every file, which is much of what a run costs. As in
// `scripts/run.mjs`, it waits until something has run for long; newer versions have no such flag and wait by themselves.
const { setFlagsFromString } = require('node:v8');

if (process.versions.v8.startsWith('11.')) setFlagsFromString('--interrupt-budget=1000000');
