import type { SweepReport } from "../../shared/contract/sweep.ts";
import type { FunctionMetrics, MetricName } from "../../shared/metrics.ts";

/** The report as metrics, in one line that CloudWatch reads from the log; the alarms of the stage watch some of them. */
export function emitReport(metrics: FunctionMetrics, report: SweepReport): void {
  const values: Partial<Record<MetricName, number>> = {
    SessionsEnded: Object.values(report.ended).reduce((sum, count) => sum + count, 0),
    SweepErrors: report.errors,
    SessionsStillDue: report.remaining,
    ObjectsRemoved: report.objects,
    BytesRemoved: report.bytes + report.orphans.bytes,
    ItemsRemoved: report.items,
    ConversionsRestarted: report.conversions_restarted,
    ApprovalsExpired: report.approvals_expired,
    UploadsAborted: report.uploads_aborted,
    CacheEntriesRemoved: report.cache_entries_removed,
    ArchivesRemoved: report.archives_removed,
    DatabaseVersionsRemoved: report.database_versions_removed,
    ExportsRemoved: report.exports_removed,
    SessionsStamped: report.rules.sessions_stamped,
    OrphanedObjects: report.orphans.objects,
    MissingObjects: report.missing_objects,
    SessionsRecounted: report.sessions_recounted,
    OldestDue: report.oldest_due_seconds,
    SweepDuration: report.duration_ms,
  };
  for (const [name, value] of Object.entries(values)) metrics.add(name as MetricName, value);
  metrics.publish();
  for (const [reason, count] of Object.entries(report.ended)) metrics.addBy("SessionsEndedByReason", { reason }, count);
}
