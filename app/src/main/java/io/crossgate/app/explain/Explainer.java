package io.crossgate.app.explain;

import io.crossgate.detect.conntrack.ConntrackSetting;
import io.crossgate.detect.conntrack.ConntrackSettings;
import io.crossgate.detect.conntrack.ConntrackTable;
import io.crossgate.detect.conntrack.EntryState;
import io.crossgate.detect.conntrack.InvalidReason;
import io.crossgate.detect.conntrack.Note;
import io.crossgate.ingest.capture.RawPacket;
import io.crossgate.ingest.decode.FirewallDecoder;
import io.crossgate.ingest.decode.Reach;

/** The packets of one capture through the connection tracker of one firewall, in the order of the capture. */
public final class Explainer {
    /** nf_conntrack_max of a firewall with plenty of memory. */
    private static final int MAX_ENTRIES = 1 << 20;

    private final FirewallDecoder decoder;
    private final ConntrackTable table;
    private final Explained explained = new Explained();
    private final boolean timeOuts;
    private long frames;

    /**
     * A firewall that has seen nothing yet.
     *
     * @param settings its nf_conntrack_checksum says whether checksums are believed: those of IPv4 headers too
     * @param timeOuts false to let no entry expire, as if the capture were replayed in no time
     */
    public Explainer(ConntrackSettings settings, boolean timeOuts) {
        this.timeOuts = timeOuts;
        this.decoder = new FirewallDecoder(settings.get(ConntrackSetting.CHECKSUM) != 0);
        this.table = new ConntrackTable(settings, MAX_ENTRIES);
    }

    /** What the tracker says of the next packet. The result is valid until the next call. */
    public Explained next(RawPacket packet) {
        Explained e = explained;
        e.frame = ++frames;
        e.time = packet.time;
        e.reach = decoder.decode(packet.linkType, packet.bytes, packet.offset, packet.capturedLength, packet.originalLength,
                timeOuts ? packet.time : 0, e.header);
        if (e.reach.never()) {
            e.verdict = null;
            e.before = e.after = EntryState.NONE;
            e.reason = InvalidReason.NONE;
            e.note = Note.NONE;
            e.bound = e.value = 0;
            return e;
        }
        if (e.reach.tracked()) {
            e.verdict = table.step(e.header, e.reach != Reach.TRACKED_NOT_ROUTED);
        } else {
            e.verdict = table.malformed(e.reach == Reach.NO_TRANSPORT ? InvalidReason.NO_TRANSPORT : InvalidReason.MALFORMED);
        }
        e.before = table.before();
        e.after = table.after();
        e.reason = table.reason();
        e.note = table.note();
        e.bound = table.bound();
        e.value = table.value();
        e.expires = table.expires();
        return e;
    }

    /** Connections that found the table full, and were not followed. */
    public long notFollowed() {
        return table.refused();
    }
}
