// Jest transforms without type-checking; `npm run types` checks types once.
const transform = {
  '^.+\\.ts$': ['@swc/jest', { jsc: { target: 'es2022', parser: { syntax: 'typescript' } }, module: { type: 'commonjs' } }],
};

// examples import the library as somebody else's app does
const moduleNameMapper = { '^soperator-metrics$': '<rootDir>/lib/index.ts' };

/** @type {import('jest').Config} */
module.exports = {
  testSequencer: './test/cluster/support/sequencer.js',
  projects: [
    {
      displayName: 'unit',
      testMatch: ['<rootDir>/test/**/*.test.ts'],
      testPathIgnorePatterns: ['<rootDir>/test/cluster/', '<rootDir>/test/package/', '<rootDir>/test/programs/', '<rootDir>/test/site/'],
      testEnvironment: '<rootDir>/test/shared-modules/environment.js',
      runtime: '<rootDir>/test/shared-modules/runtime.js',
      setupFiles: ['<rootDir>/test/v8.js'],
      transform,
      moduleNameMapper,
    },
    { displayName: 'cluster', testMatch: ['<rootDir>/test/cluster/**/*.test.ts'], transform, moduleNameMapper },
    { displayName: 'programs', testMatch: ['<rootDir>/test/programs/**/*.test.ts'], transform, moduleNameMapper },
    { displayName: 'site', testMatch: ['<rootDir>/test/site/**/*.test.ts'], transform, moduleNameMapper },
    { displayName: 'package', testMatch: ['<rootDir>/test/package/**/*.test.ts'], transform, moduleNameMapper },
  ],
};
