import type { ChaosReport } from './run.js';

/** The report as a Markdown table. */
export function tableOf(report: ChaosReport): string {
  const { options, findings, agreement, stepsMs } = report;
  const at = (share: number) => ((stepsMs[Math.floor((stepsMs.length - 1) * share)] ?? 0) / 1_000).toFixed(1);
  const rows: [string, string | number][] = [
    ['seed', options.seed],
    ['conversations × steps', `${options.contacts} × ${options.turns} (${options.atOnce} at once)`],
    ['messages acknowledged / bubbles seen', `${report.messages} / ${report.bubbles}`],
    ...Object.entries(report.faults).toSorted(),
    ['acknowledged and never answered', findings.unanswered],
    ['given to Typebot twice', findings.givenTwice],
    ['given to Typebot while it had to be silent', findings.givenInSilence],
    ['bubbles lost', findings.lostBubbles],
    ['bubbles twice', findings.doubledBubbles],
    ['bubbles out of order', findings.outOfOrder],
    ['messages that nobody said, or a person’s that did not come', findings.unexplained],
    ['sessions stuck after the faults', report.stuck.length],
    ['waited longer than the patience', report.waitedInVain.length],
    ['most calls of one Typebot session at once', report.mostParallel],
    ['active sessions / open runs', `${agreement.activeSessions} / ${agreement.openRuns}`],
    ['differences between PostgreSQL and Temporal, work left over', agreement.differences.length],
    ['bridged: words lost in a call, the open question came', findings.bridged],
    ['lost ends: words lost in the call that ended the flow', findings.lostEnds],
    ['given up: told so after three calls without an answer', findings.told],
    ['requests to the provider that repeated a key', `${report.repeated} of ${report.requests}`],
    ['a step took p50 / p99 / longest', `${at(0.5)} / ${at(0.99)} / ${at(1)} s`],
  ];
  return ['| what | count |', '| --- | --- |', ...rows.map(([what, count]) => `| ${what} | ${count} |`)].join(
    '\n',
  );
}

/** Everything that went wrong, one line each. */
export function breachesOf(report: ChaosReport): string[] {
  const { findings, waitedInVain, stuck, agreement } = report;
  return [
    ...findings.breaches,
    ...waitedInVain,
    ...stuck.map((one) => `stuck: ${one}`),
    ...agreement.differences,
  ];
}
