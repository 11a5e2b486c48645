// Adds up the results of the stages of a test run. A stage without a result counts as one failure.

export interface Tally {
  readonly passed: number;
  /** A sentence for each failure. */
  readonly failures: readonly string[];
}

export const one = (name: string, good: boolean): Tally => (good ? { passed: 1, failures: [] } : { passed: 0, failures: [name] });

export function sum(tallies: readonly Tally[]): Tally {
  return {
    passed: tallies.reduce((passed, tally) => passed + tally.passed, 0),
    failures: tallies.flatMap((tally) => tally.failures),
  };
}

/** The parts of vitest's JSON report that are used here. */
interface VitestReport {
  readonly numPassedTests: number;
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[];
  }[];
}

export function readVitest(report: VitestReport | undefined, exitCode: number, stage: string): Tally {
  const files = report?.testResults ?? [];
  const tests = files.flatMap((file) => file.assertionResults);
  const failures = tests.filter((test) => test.status === 'failed').map((test) => test.fullName);
  // A file that fails before its first test or in a hook has no failed test.
  const broken = files.filter((file) => file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'));
  failures.push(...broken.map((file) => `${file.name} could not run`));
  const passed = report?.numPassedTests ?? 0;
  if (passed === 0 && failures.length === 0) failures.push(`${stage}: no test ran`);
  else if (exitCode !== 0 && failures.length === 0) failures.push(`${stage}: ended with exit code ${exitCode}`);
  return { passed, failures };
}
