// npm run schema: writes pipeline.schema.json, which editors check cluster files with, from the schema in lib/config.

import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const entry = join(ROOT, 'lib', 'config', 'json-schema.ts');

const { outputFiles } = buildSync({ entryPoints: [entry], bundle: true, platform: 'node', format: 'cjs', write: false });
const module = { exports: {} };
new Function('module', 'exports', 'require', outputFiles[0].text)(module, module.exports, createRequire(entry));
writeFileSync(join(ROOT, 'pipeline.schema.json'), module.exports.jsonSchema());
