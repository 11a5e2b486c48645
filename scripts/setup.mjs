// Entry point of the npm scripts: plain JavaScript that runs on Node 20 or later with nothing installed. It installs the
// npm packages if they are missing or differ from package-lock.json, then runs the task on the Node among them.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const windows = process.platform === 'win32';
const tasks = ['start', 'test', 'package', 'pictures', 'bench', 'fuzz', 'vocabularies', 'docs', 'repeat'];
const [task, ...args] = process.argv.slice(2);

if (!task || !tasks.includes(task)) {
  console.error(`Say what to do: ${tasks.join(', ')}.`);
  process.exit(1);
}

// Ctrl+C reaches the child too, which cleans up; this process must outlive it.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child?.kill(signal));
/** @type {import('node:child_process').ChildProcess | undefined} */
let child;

if (!installed()) {
  console.log('Installing the npm packages of package-lock.json (about a minute the first time) …');
  const startMs = performance.now();
  const seconds = () => Math.round((performance.now() - startMs) / 1000);
  const heartbeat = setInterval(() => console.log(`  … still installing, ${seconds()} s`), 15_000);
  const code = await run(windows ? 'npm.cmd' : 'npm', ['ci', '--no-audit', '--no-fund', '--prefer-offline'], windows);
  clearInterval(heartbeat);
  if (code !== 0 || !existsSync(ownNode())) {
    console.error('npm could not install the packages; the lines above say why. Is the npm registry reachable?');
    process.exit(1);
  }
  console.log(`Installed in ${seconds()} s.`);
}
process.exitCode = await run(ownNode(), [`${root}scripts/tasks/${task}.ts`, ...args], false);

/** Whether node_modules matches package-lock.json. File times would not tell: a checkout touches unchanged files. */
function installed() {
  const packagesOf = (/** @type {string} */ file) => JSON.parse(readFileSync(`${root}${file}`, 'utf8')).packages;
  try {
    const wanted = Object.entries(packagesOf('package-lock.json')).filter(([path]) => path !== '');
    const present = packagesOf('node_modules/.package-lock.json');
    const missing = wanted.filter(([path, { version, optional }]) => !optional && present[path]?.version !== version);
    return missing.length === 0 && existsSync(ownNode());
  } catch {
    return false;
  }
}

function ownNode() {
  return `${root}node_modules/node/bin/node${windows ? '.exe' : ''}`;
}

/** @returns {Promise<number>} */
function run(/** @type {string} */ command, /** @type {string[]} */ commandArgs, /** @type {boolean} */ shell) {
  return new Promise((resolve) => {
    child = spawn(command, commandArgs, { cwd: root, stdio: 'inherit', shell });
    child.once('error', (error) => {
      console.error(`${command} did not start: ${error.message}`);
      resolve(1);
    });
    child.once('exit', (code, signal) => resolve(code ?? (signal ? 130 : 1)));
  });
}
