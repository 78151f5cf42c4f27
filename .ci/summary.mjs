// Prints the closing line from vitest's JSON report and ends red when anything failed.
import { readFileSync } from 'node:fs';

const [, , file, failedSteps, testsExit] = process.argv;
const report = readReport(file);
for (const result of report.testResults ?? []) printFailures(result);
const failedFiles = (report.testResults ?? []).filter(
  (result) => result.status === 'failed' && !result.assertionResults.some((one) => one.status === 'failed'),
).length;
const passed = report.numPassedTests ?? 0;
const skipped = (report.numPendingTests ?? 0) + (report.numTodoTests ?? 0);
const known = (report.numFailedTests ?? 0) + failedFiles + Number(failedSteps);
// A run that ended badly without a failed test (a set-up that broke, an unhandled error) is a failure too.
const failed = known === 0 && (testsExit !== '0' || passed === 0) ? 1 : known;
console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
process.exitCode = failed > 0 ? 1 : 0;

function printFailures({ name, status, message, assertionResults }) {
  const failures = assertionResults.filter((one) => one.status === 'failed');
  if (status === 'failed' && failures.length === 0) console.log(`${name}: ${message}`);
  for (const { fullName, failureMessages } of failures) {
    console.log(`${name}: ${fullName}: ${failureMessages[0]?.split('\n')[0]}`);
  }
}

function readReport(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return {};
  }
}
