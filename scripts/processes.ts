// Child processes that never outlive this one: each has its own group, which gets SIGTERM first and then SIGKILL.
import { type ChildProcess, type SpawnOptions, execFile, spawn } from 'node:child_process';
import { once as onceEmitted } from 'node:events';
import { promisify } from 'node:util';

export interface Running extends AsyncDisposable {
  readonly process: ChildProcess;
  /** Settles when the first process of the group has ended. */
  readonly ended: Promise<number>;
}

const groups = new Set<Running>();
const interruption = Promise.withResolvers<void>();
let someoneWaits = false;

const heedSignals = once(() => {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void interrupt());
  // An 'exit' handler cannot wait, so there is no SIGTERM.
  process.on('exit', () => {
    for (const { process: child } of groups) signalGroup(child, 'SIGKILL');
  });
});

async function interrupt(): Promise<void> {
  interruption.resolve();
  if (someoneWaits) return;
  await Promise.all([...groups].map(({ process: child }) => endGroup(child)));
  process.exit(130);
}

/** Settles at the first Ctrl+C or SIGTERM; the caller then ends the process itself. */
export function interrupted(): Promise<void> {
  heedSignals();
  someoneWaits = true;
  return interruption.promise;
}

export function startProcess(command: string, args: readonly string[], options: SpawnOptions = {}): Running {
  heedSignals();
  const child = spawn(command, args, { ...options, detached: process.platform !== 'win32' });
  const ended = new Promise<number>((resolve) => {
    child.once('error', () => resolve(127));
    child.once('exit', (code) => resolve(code ?? 1));
  });
  const running: Running = {
    process: child,
    ended,
    async [Symbol.asyncDispose]() {
      await endGroup(child);
      groups.delete(running);
    },
  };
  groups.add(running);
  return running;
}

/** Runs a command, shows its output, and returns its exit code. */
export async function run(command: string, args: readonly string[], options: SpawnOptions = {}): Promise<number> {
  await using running = startProcess(command, args, { stdio: 'inherit', ...options });
  return await running.ended;
}

/** The output of a short command, or undefined if it fails or does not exist. */
export async function output(command: string, args: readonly string[]): Promise<string | undefined> {
  try {
    return (await promisify(execFile)(command, args)).stdout.trim();
  } catch {
    return undefined;
  }
}

async function endGroup(child: ChildProcess): Promise<void> {
  if (!signalGroup(child, 'SIGTERM')) return;
  if (child.exitCode === null && child.signalCode === null) {
    const timer = setTimeout(() => signalGroup(child, 'SIGKILL'), 5_000);
    await onceEmitted(child, 'exit');
    clearTimeout(timer);
  }
  signalGroup(child, 'SIGKILL');
}

/** False if no process of the group is left. */
function signalGroup(child: ChildProcess, signal: NodeJS.Signals): boolean {
  if (child.pid === undefined) return false;
  if (process.platform === 'win32') return child.exitCode === null && child.kill(signal);
  try {
    return process.kill(-child.pid, signal);
  } catch {
    return false;
  }
}

function once(work: () => void): () => void {
  let done = false;
  return () => {
    if (done) return;
    done = true;
    work();
  };
}
