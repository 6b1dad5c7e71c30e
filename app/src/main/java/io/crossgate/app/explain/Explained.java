package io.crossgate.app.explain;

import io.crossgate.detect.conntrack.CtVerdict;
import io.crossgate.detect.conntrack.EntryState;
import io.crossgate.detect.conntrack.InvalidReason;
import io.crossgate.detect.conntrack.Note;
import io.crossgate.ingest.decode.Reach;
import io.crossgate.schemas.flow.PacketHeader;

/** One packet and what the connection tracker says of it: a reusable struct, valid until the next packet. */
public final class Explained {
    /** 1 for the first packet of the capture. */
    public long frame;
    public long time;
    public Reach reach;
    /** Null for a packet that never reaches the tracker. */
    public CtVerdict verdict;
    public EntryState before = EntryState.NONE;
    public EntryState after = EntryState.NONE;
    public InvalidReason reason = InvalidReason.NONE;
    public Note note = Note.NONE;
    /** The bound that is exceeded and what was observed against it, where {@link #reason} is about one. */
    public long bound;
    public long value;
    /** When a TCP packet's entry expires if nothing more comes; of no meaning if {@link #after} is NONE. */
    public long expires;
    /** As far as it could be read. */
    public final PacketHeader header = new PacketHeader();

    public boolean invalid() {
        return verdict == CtVerdict.INVALID;
    }
}
