// The types that the package publishes, from the declarations of its entry points and all that they lead to. `npm run build` puts those of each
// into the package as one file, `npm run api` writes the report and the reference of them.
import { spawnSync } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Extractor, ExtractorConfig, ExtractorLogLevel } from '@microsoft/api-extractor';

export const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const WORK = join(ROOT, '.cache', 'declarations');

/** The sources of what others import, without `.ts`. */
export const ENTRIES = { library: 'lib/index', terraform: 'lib/outputs/terraform/index' };

const declarationsOf = (entry) => join(WORK, `${entry}.d.ts`);

let isCompiled = false;

/** Has the compiler write one declaration file a source, once. */
function compile() {
  if (isCompiled) return;
  rmSync(WORK, { recursive: true, force: true });
  const compiler = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc');
  const { status, stdout, stderr } = spawnSync(process.execPath, [compiler, '-p', join(ROOT, 'tsconfig.declarations.json')], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  const isThere = Object.values(ENTRIES).every((entry) => existsSync(declarationsOf(entry)));
  if (status !== 0 || !isThere) throw new Error(`the declarations do not compile:\n${stdout}${stderr}`);
  isCompiled = true;
}

/**
 * Compiles the declarations and puts what is public of them together.
 *
 * @param {string} entry one of ENTRIES
 * @param {{ rollup?: string, report?: string, model?: string }} files `rollup` is the one file with all public types, `report` the API
 *   report, `model` the same as JSON with all comments; each is written where it is given
 * @throws Error where the declarations do not compile, or a public type needs one that is not exported
 */
export function extractApi(entry, { rollup, report, model }) {
  compile();
  const declarations = declarationsOf(entry);
  const config = ExtractorConfig.prepare({
    packageJsonFullPath: join(ROOT, 'package.json'),
    configObjectFullPath: undefined,
    configObject: {
      projectFolder: ROOT,
      mainEntryPointFilePath: declarations,
      newlineKind: 'lf',
      compiler: {
        overrideTsconfig: {
          compilerOptions: { target: 'ES2022', lib: ['ES2023'], module: 'node16', strict: true, types: ['node'] },
          files: [declarations],
        },
      },
      apiReport: {
        enabled: report !== undefined,
        reportFileName: report === undefined ? 'report.api.md' : basename(report),
        reportFolder: report === undefined ? WORK : dirname(report),
        reportTempFolder: join(WORK, 'report'),
      },
      docModel: { enabled: model !== undefined, apiJsonFilePath: model ?? '' },
      dtsRollup: { enabled: rollup !== undefined, untrimmedFilePath: '', publicTrimmedFilePath: rollup ?? '' },
      tsdocMetadata: { enabled: false },
      messages: {
        compilerMessageReporting: { default: { logLevel: ExtractorLogLevel.Error } },
        extractorMessageReporting: {
          default: { logLevel: ExtractorLogLevel.Error },
          // everything that is exported is public
          'ae-missing-release-tag': { logLevel: ExtractorLogLevel.None },
          // links are written as editors resolve them, by what is known at that place
          'ae-unresolved-link': { logLevel: ExtractorLogLevel.None },
          // the linter does not ask for words where a name says it all, either
          'ae-undocumented': { logLevel: ExtractorLogLevel.None },
        },
        tsdocMessageReporting: {
          default: { logLevel: ExtractorLogLevel.Error },
          // `@param name what it is`, as everywhere in the sources
          'tsdoc-param-tag-missing-hyphen': { logLevel: ExtractorLogLevel.None },
        },
      },
    },
  });
  const problems = [];
  Extractor.invoke(config, {
    localBuild: true,
    messageCallback: (message) => {
      message.handled = true;
      // every other message says that a file was written
      const isProblem = message.logLevel === ExtractorLogLevel.Error && message.category !== 'console';
      if (isProblem) problems.push(message.formatMessageWithLocation(ROOT));
    },
  });
  if (problems.length > 0) throw new Error(problems.join('\n'));
}
