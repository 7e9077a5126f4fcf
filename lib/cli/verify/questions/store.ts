import { type Facts, kubectl } from '../facts';
import { type Finding, Severity } from '../finding';
import type { Question } from '../question';
import { size } from '../writing';

/** Part of the volume below which free space is little. */
const LITTLE = 0.1;

/** A store that takes nothing more, or soon will not, and one that throws samples away. */
export const store: Question = {
  name: 'store',
  proves: 'the store takes samples and has room for them',
  judge(facts) {
    const looks = facts.store?.looks;
    if (looks === undefined) return { findings: [] };
    const { after, before } = looks;
    const findings: Finding[] = [];
    const name = facts.store?.name ?? '';
    const free = after.sum('vm_free_disk_space_bytes');
    const limit = after.sum('vm_free_disk_space_limit_bytes');
    const total = after.sum('vm_total_disk_space_bytes');
    const room = `${size(free)} of ${size(total)} free`;
    const next = volume(facts);
    const cause = 'the volume is too small for what is stored in retentionPeriod: enlarge storageSize, or shorten the retention';
    if (after.sum('vm_storage_is_read_only') > 0) {
      findings.push({
        severity: Severity.ERROR,
        what: `${name} is read-only: its volume is full (${room})`,
        cause,
        next,
        subjects: [name],
      });
    } else if (total > 0 && free <= limit) {
      findings.push({ severity: Severity.ERROR, what: `${name}: its volume is full (${room})`, cause, next, subjects: [name] });
    } else if (total > 0 && free - limit < LITTLE * total) {
      findings.push({ severity: Severity.WARNING, what: `${name}: its volume is nearly full (${room})`, cause, next, subjects: [name] });
    }
    for (const { labels, value } of after.of('vm_rows_ignored_total')) {
      const grown = value - before.sum('vm_rows_ignored_total', labels);
      if (value <= 0 || grown <= 0) continue;
      findings.push({
        severity: Severity.ERROR,
        what: `${name} throws samples away: ${labels.reason}`,
        cause: CAUSES[labels.reason ?? ''] ?? 'they break a limit of the store',
        next: kubectl(facts, `logs -n ${facts.expected.namespace} ${workload(facts)} --tail=50`),
        subjects: [labels.reason ?? ''],
      });
    }
    return { findings };
  },
};

const CAUSES: Readonly<Record<string, string>> = {
  big_timestamp: 'their time is in the future: the clock of whoever wrote them is ahead',
  small_timestamp: 'they are older than the retention: the clock of whoever wrote them is behind, or an old queue is sent',
  too_many_labels: 'series with more labels than -maxLabelsPerTimeseries',
  too_long_label_value: 'label values longer than -maxLabelValueLen',
  too_long_label_name: 'label names longer than -maxLabelNameLen',
};

function volume(facts: Facts): string {
  const { store: place, namespace } = facts.expected;
  return kubectl(facts, `get persistentvolumeclaims -n ${typeof place === 'object' ? place.namespace : namespace}`);
}

function workload({ expected }: Facts): string {
  return typeof expected.store === 'object' ? `deployment/${expected.store.name}` : 'deployment/…';
}
