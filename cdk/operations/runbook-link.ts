/** Where an alarm sends whoever it wakes: a heading of RUNBOOK.md, as GitHub makes an anchor of it. */
export function runbookLink(subject: string): string {
  return `cdk/RUNBOOK.md#${subject}`;
}
