// Jest evaluates every module anew for every test file, which for this program is most of what a run costs: hundreds of modules of cdk8s-plus and
// Grafana's SDK, and functions that V8 has to optimise again. Here a process evaluates a module once; only what is in `test/` stays each file's own.
// It holds because modules of the program keep nothing but what follows from their input. A file that needs modules of its own has
// `jest.isolateModules` (`jest.mock` does not reach shared ones); with coverage nothing is shared, so that each file's share is counted.
const { join, sep } = require('node:path');
const { default: Runtime } = require('jest-runtime');

const CONDITIONS = Object.freeze({ conditions: ['require', 'node', 'default'] });

const modules = new Map();
const sourceMaps = new Map();
let current;

module.exports = class SharedRuntime extends Runtime {
  constructor(config, environment, resolver, transformer, cacheFS, coverageOptions, ...others) {
    super(config, environment, resolver, transformer, cacheFS, coverageOptions, ...others);
    this.resolver = resolver;
    this.tests = join(config.rootDir, 'test') + sep;
    this.shares = !coverageOptions.collectCoverage;
    // Jest looks up here where a line of a stack trace comes from
    for (const [file, map] of sourceMaps) this.getSourceMaps().set(file, map);
    current = this;
  }

  requireModuleOrMock(from, name) {
    // a shared module may require another one later, when the file that came first has ended
    if (this !== current && this.shares) return current.requireModuleOrMock(from, name);
    const file = this.fileToShare(from, name);
    if (!file) return super.requireModuleOrMock(from, name);
    if (modules.has(file)) return modules.get(file);
    const evaluated = super.requireModuleOrMock(from, name);
    modules.set(file, evaluated);
    for (const [path, map] of this.getSourceMaps()) sourceMaps.set(path, map);
    return evaluated;
  }

  isolateModules(load) {
    const { shares } = this;
    this.shares = false;
    try {
      super.isolateModules(load);
    } finally {
      this.shares = shares;
    }
  }

  fileToShare(from, name) {
    if (!this.shares || /^(node:|@?jest)/.test(name) || this.resolver.isCoreModule(name)) return undefined;
    const file = this.resolver.resolveModule(from, name, CONDITIONS);
    return file.startsWith(this.tests) ? undefined : file;
  }
};
