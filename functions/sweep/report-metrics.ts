import { type Metrics, MetricUnit } from "@aws-lambda-powertools/metrics";
import type { SweepReport } from "../../shared/contract/sweep.ts";

/** The report as metrics, in one line that CloudWatch reads from the log; the alarms of the stack watch some of them. */
export function emitReport(metrics: Metrics, report: SweepReport): void {
  const sessionsEnded = Object.values(report.ended).reduce((sum, count) => sum + count, 0);
  const counts = {
    SessionsEnded: sessionsEnded,
    SweepErrors: report.errors,
    SessionsStillDue: report.remaining,
    ObjectsRemoved: report.objects,
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
  };
  for (const [name, value] of Object.entries(counts)) metrics.addMetric(name, MetricUnit.Count, value);
  metrics.addMetric("BytesRemoved", MetricUnit.Bytes, report.bytes + report.orphans.bytes);
  metrics.addMetric("OldestDue", MetricUnit.Seconds, report.oldest_due_seconds);
  metrics.addMetric("SweepDuration", MetricUnit.Milliseconds, report.duration_ms);
  metrics.publishStoredMetrics();
  for (const [reason, count] of Object.entries(report.ended)) {
    // One dimension with a handful of values: a graph of the reasons, without a metric per session.
    const single = metrics.singleMetric();
    single.addDimension("reason", reason);
    single.addMetric("SessionsEndedByReason", MetricUnit.Count, count);
  }
}
