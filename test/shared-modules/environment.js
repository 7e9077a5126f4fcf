// One realm for all test files of a process, so that they can share modules (see runtime.js): what an `instanceof` says holds across files.
// What a file puts on the globals, on `process` or in its environment goes when the file ends.
const { TestEnvironment } = require('jest-environment-node');

/** Puts the object's own properties back as they were; what cannot be put back was not changeable. */
function restorer(object) {
  const before = new Map(Reflect.ownKeys(object).map((key) => [key, Reflect.getOwnPropertyDescriptor(object, key)]));
  return () => {
    for (const key of Reflect.ownKeys(object)) {
      if (!before.has(key)) Reflect.deleteProperty(object, key);
    }
    for (const [key, property] of before) Reflect.defineProperty(object, key, property);
  };
}

class SharedEnvironment extends TestEnvironment {
  restorers = [this.global, this.global.process, this.global.process.env].map(restorer);

  async teardown() {
    this.fakeTimers.dispose();
    this.fakeTimersModern.dispose();
    for (const restore of this.restorers) restore();
  }
}

let kept;

/** What jest calls for every file. */
module.exports = function environment(config, context) {
  kept ??= new SharedEnvironment(config, context);
  return kept;
};
