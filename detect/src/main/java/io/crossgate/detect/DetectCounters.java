package io.crossgate.detect;

import java.util.Map;
import java.util.TreeMap;

/** What happened to the headers that a detector took, and to its state. Plain counts, read by the thread that drives the detector or after it has ended. */
public final class DetectCounters {
    /** Headers accepted. Each is then late, repeated, or processed once its gateway's watermark has passed it. */
    public long headers;
    /** Headers that came after their point's watermark had passed them: left out. */
    public long late;
    /** Headers that a restarted ingester told again while they were still held: left out. */
    public long repeated;
    /** Packets seen entering a gateway, by what its connection tracker says of them. */
    public long fresh;
    public long established;
    public long related;
    public long untracked;
    public long invalid;
    /** INVALID packets that were seen leaving all the same: no drops. */
    public long invalidForwarded;
    /** INVALID packets of which it isn't known whether they left: no drops either. */
    public long invalidUndecided;
    /** INVALID packets told as drops. */
    public long invalidDropped;
    /** Headers that are the leaving copy of one seen entering the same gateway. */
    public long leavingCopies;
    /** Records of firewalls' logs. */
    public long logRecords;
    /** Flows evicted to keep within the limit, and headers forgotten with them. */
    public long evictedFlows;
    public long evictedHeaders;
    /** {@link #invalidForwarded} by gateway. At a gateway that is no firewall: what a firewall there would have called INVALID. */
    public final Map<String, Long> invalidForwardedAt = new TreeMap<>();

    /** Adds the counts of another detector to these. */
    public void add(DetectCounters o) {
        headers += o.headers;
        late += o.late;
        repeated += o.repeated;
        fresh += o.fresh;
        established += o.established;
        related += o.related;
        untracked += o.untracked;
        invalid += o.invalid;
        invalidForwarded += o.invalidForwarded;
        invalidUndecided += o.invalidUndecided;
        invalidDropped += o.invalidDropped;
        leavingCopies += o.leavingCopies;
        logRecords += o.logRecords;
        evictedFlows += o.evictedFlows;
        evictedHeaders += o.evictedHeaders;
        o.invalidForwardedAt.forEach((gateway, n) -> invalidForwardedAt.merge(gateway, n, Long::sum));
    }
}
