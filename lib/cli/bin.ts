import { run } from './program';
import { version } from './version';

// who reads only the beginning, as `head` does, has seen enough
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));

run(process.argv.slice(2), { stdout: process.stdout, stderr: process.stderr, env: process.env, version }).then((exitCode) => {
  // not process.exit(): what was written to a pipe may still be on its way
  process.exitCode = exitCode;
});
