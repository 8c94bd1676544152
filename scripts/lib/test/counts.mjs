/**
 * @typedef {object} Counts
 * @property {number} passed
 * @property {number} failed
 */

/**
 * Reads the JSON report of jest or vitest. A file that could not even be loaded counts as one failure.
 * @param {string} report
 * @param {number} exitCode a run that failed without a failed test counts as one failure
 * @returns {Counts}
 */
export function countReport(report, exitCode) {
  const { numPassedTests, numFailedTests, testResults } = JSON.parse(report);
  const unloaded = testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0,
  );
  return withExit({ passed: numPassedTests, failed: numFailedTests + unloaded.length }, exitCode);
}

/** Reads what node:test wrote as TAP: its last lines are `# pass N`, `# fail N`, `# cancelled N`. */
export function countTap(tap, exitCode) {
  const count = (what) => Number(new RegExp(`^# ${what} (\\d+)$`, 'm').exec(tap)?.[1] ?? 0);
  return withExit({ passed: count('pass'), failed: count('fail') + count('cancelled') }, exitCode);
}

function withExit(counts, exitCode) {
  return exitCode !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts;
}
