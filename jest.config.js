// Jest transforms without type-checking; `npm run types` checks types once.
const transform = {
  '^.+\\.ts$': ['@swc/jest', { jsc: { target: 'es2022', parser: { syntax: 'typescript' } }, module: { type: 'commonjs' } }],
};

/** @type {import('jest').Config} */
module.exports = {
  testSequencer: './test/cluster/support/sequencer.js',
  projects: [
    {
      displayName: 'unit',
      testMatch: ['<rootDir>/test/**/*.test.ts'],
      testPathIgnorePatterns: ['<rootDir>/test/cluster/'],
      testEnvironment: '<rootDir>/test/shared-modules/environment.js',
      runtime: '<rootDir>/test/shared-modules/runtime.js',
      setupFiles: ['<rootDir>/test/v8.js'],
      transform,
    },
    { displayName: 'cluster', testMatch: ['<rootDir>/test/cluster/**/*.test.ts'], transform },
  ],
};
