import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { endControllers, startController } from '../process/controller.ts';
import { buildProgram } from '../process/program.ts';
import { cloudFacts } from './cloud-facts.ts';
import { TEMPEST_FILTERS, tempestConfiguration } from './configuration.ts';
import { EXCEPTIONS, SKIPS } from './exceptions.ts';
import { outcomesOf } from './outcome.ts';
import { missing, type Run, readReference, tempestPage, unexplained } from './page.ts';

/** `npm run tempest [-- --tests REGEX] [--page FILE] [--keep]`: see README.md. Exit status: 0, 1 for failures, 2 for absent programs. */
const ROOT = join(import.meta.dirname, '..', '..');
const REFERENCE = join(ROOT, '..', 'shared', 'compute-api', 'tempest-nova-zed.tsv');
const PAGE = join(ROOT, 'docs', 'tempest.md');
const FORMATTER = join(ROOT, 'node_modules', '.bin', 'biome');
const ALL_TESTS = 'tempest\\.api\\.compute';
/** Two processes of Tempest keep two cores busy. */
const WORKERS = 2;
/** Where Debian puts Tempest's tests; `TEMPEST_PACKAGES` names another folder of Python packages. */
const PACKAGES = process.env['TEMPEST_PACKAGES'] ?? '/usr/lib/python3/dist-packages';
// Guests take a moment, so that a test can see what is under way.
const CLOUD = `hosts: 2\nsim: { spawnMs: 300 }\nlogLevel: error\nscheduler: { enabledFilters: [${TEMPEST_FILTERS.join(', ')}] }\n`;

const { values } = parseArgs({
  options: {
    tests: { type: 'string', default: ALL_TESTS },
    page: { type: 'string' },
    keep: { type: 'boolean', default: false },
  },
});

/** The Python that runs Tempest: the one that stestr's first line names. */
function pythonOfStestr(): string | null {
  const found = spawnSync('sh', ['-c', 'command -v stestr'], { encoding: 'utf8' });
  if (found.status !== 0) return null;
  return /^#!\s*(\S+)/.exec(readFileSync(found.stdout.trim(), 'utf8'))?.[1] ?? null;
}

const discovery = join(PACKAGES, 'tempest', 'test_discover');
const python = pythonOfStestr();
if (python === null || !existsSync(discovery)) {
  console.error(`Tempest or stestr is not installed (looked for stestr in PATH, and for ${discovery}).`);
  console.error('On Debian: apt-get install --no-install-recommends tempest python3-stestr');
  process.exit(2);
}

const folder = mkdtempSync(join(tmpdir(), 'novella-tempest-'));
const workspace = join(folder, 'workspace');

/** Runs stestr in the workspace; what it prints is shown. Answers the exit status. */
const stestr = (...args: readonly string[]): Promise<number | null> => {
  const env = { ...process.env, TEMPEST_CONFIG_DIR: folder, TEMPEST_CONFIG: 'tempest.conf' };
  const child = spawn('stestr', args, { cwd: workspace, env, stdio: ['ignore', 'inherit', 'inherit'] });
  return new Promise((resolve, reject) => {
    child.once('error', reject).once('close', resolve);
  });
};

function linesOfLastRun(interpreter: string): string {
  const maxBuffer = 268_435_456;
  const stream = execFileSync('stestr', ['last', '--subunit'], { cwd: workspace, maxBuffer });
  return execFileSync(interpreter, [join(import.meta.dirname, 'results.py')], { input: stream, maxBuffer }).toString();
}

const program = buildProgram();
try {
  const stateDir = join(folder, 'state');
  const config = join(folder, 'novella.yaml');
  writeFileSync(config, CLOUD);
  const flags = ['--state-dir', stateDir, '--listen', '127.0.0.1:0', '--driver', 'sim', '--config', config];
  const url = await startController(program.cli, ['serve', ...flags]).ready;
  const settings = tempestConfiguration(await cloudFacts(url, stateDir), folder);
  writeFileSync(join(folder, 'tempest.conf'), settings, { mode: 0o600 });
  mkdirSync(workspace);
  const discover = `[DEFAULT]\ntest_path=${discovery}\ntop_dir=${PACKAGES}\ngroup_regex=([^\\.]*\\.)*\n`;
  writeFileSync(join(workspace, '.stestr.conf'), discover);
  await stestr('run', '--concurrency', String(WORKERS), values.tests);

  const nova = existsSync(REFERENCE) ? readReference(readFileSync(REFERENCE, 'utf8')) : new Map<string, string>();
  if (nova.size === 0) console.error(`What Tempest says of Nova is not known here: ${REFERENCE} is absent.`);
  const wanted = new RegExp(values.tests);
  const asked = new Map([...nova].filter(([test]) => wanted.test(test)));
  const outcomes = outcomesOf(linesOfLastRun(python), asked.keys());
  const version = 'import importlib.metadata as m; print(m.version("tempest"))';
  const tempestVersion = execFileSync(python, ['-c', version]).toString().trim();
  const run: Run = { tempestVersion, command: 'npm run tempest', outcomes, nova: asked };

  const page = values.page ?? (values.tests === ALL_TESTS ? PAGE : null);
  if (page !== null) {
    writeFileSync(page, tempestPage(run, EXCEPTIONS, SKIPS));
    // As the checks of the repository want it.
    const formatted = spawnSync(FORMATTER, ['check', '--write', '--colors=off', page], { cwd: ROOT, encoding: 'utf8' });
    if (formatted.status !== 0) console.error(`The page is written, but not formatted: ${formatted.stderr}`);
  }
  const passed = outcomes.filter(({ verdict }) => verdict === 'passed').length;
  console.log(`${passed} of ${outcomes.length} pass; ${missing(run).length} pass only on Nova.`);
  const surprises = unexplained(run, EXCEPTIONS);
  for (const { test, verdict, reason } of surprises) console.log(`${verdict}, not explained: ${test}: ${reason}`);
  process.exitCode = surprises.length === 0 && passed > 0 ? 0 : 1;
} finally {
  await endControllers();
  program.remove();
  if (values.keep) console.log(`Tempest's log and the state of the cloud are in ${folder}.`);
  else rmSync(folder, { recursive: true, force: true });
}
