package io.crossgate.streams;

import io.crossgate.detect.FlowDetector;
import io.crossgate.detect.ObservationPoint;
import io.crossgate.schemas.wire.HeadersBatch;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.function.Supplier;

/** How far an observation point's records have come in one partition: tells new records from repeated ones, and what is missing between them. */
final class PointProgress {
    final ObservationPoint name;
    final int index;
    /** Wall-clock time of the point's last record, by the record's timestamp, milliseconds since the epoch; not kept over restarts. */
    long heardAt = Long.MIN_VALUE;
    boolean silent;
    boolean ended;
    /** Its ingester has registered it, and nobody has taken that back. */
    boolean registered;
    boolean withdrawn;

    private boolean resumed;
    private long session = Long.MIN_VALUE;
    private long nextSequence;
    private long watermark = HeadersBatch.NONE;
    /** From when on records are missing, until the point tells from when on it is back. */
    private long missingFrom = HeadersBatch.NONE;
    /** From when on it is known to have been watching; not kept over restarts: every record tells it. */
    private long observedFrom = Long.MAX_VALUE;

    PointProgress(ObservationPoint name, int index) {
        this.name = name;
        this.index = index;
    }

    /** True if the record is one of this point's. */
    boolean isOf(HeadersBatch batch) {
        return name.gateway().equals(batch.gateway) && name.iface().equals(batch.iface) && name.firewallLog() == batch.firewallLog;
    }

    /** What {@link #admit} found. */
    enum Admission {
        NEW,
        REPEATED,
        /** Of an ingester that another one has replaced. */
        STALE
    }

    /**
     * Takes a record's place in the point's records, and tells the detector of what is missing before it.
     *
     * @param settled gives the detector, once what came before is decided
     */
    Admission admit(HeadersBatch batch, Supplier<FlowDetector> settled) {
        if (batch.session < session) {
            return Admission.STALE;
        }
        if (batch.session > session) {
            boolean first = session == Long.MIN_VALUE;
            session = batch.session;
            if (!first) {
                missingFrom = watermark;
                settled.get().resumed(index);
                ended = false;
                resumed = true;
            }
            if (batch.sequence > 0) {
                settled.get().lost(index, 0, Math.max(0, batch.watermark)); // its first records are gone: the topic keeps them no longer
            }
        } else if (batch.sequence < nextSequence) {
            return Admission.REPEATED;
        } else if (batch.sequence > nextSequence) {
            settled.get().lost(index, Math.max(0, watermark), Math.max(Math.max(0, watermark), batch.watermark));
        }
        nextSequence = batch.sequence + 1;
        if (batch.observedFrom != HeadersBatch.NONE) {
            if (missingFrom != HeadersBatch.NONE) {
                if (missingFrom < batch.observedFrom) {
                    settled.get().lost(index, missingFrom, batch.observedFrom);
                }
                missingFrom = HeadersBatch.NONE;
            }
            if (batch.observedFrom < observedFrom) {
                observedFrom = batch.observedFrom;
                settled.get().observedFrom(index, observedFrom);
            }
        }
        return Admission.NEW;
    }

    /** Takes the record's watermark; true if it is news, or if the point goes on in a new session. */
    boolean advance(HeadersBatch batch) {
        if (resumed) {
            resumed = false;
            watermark = Math.max(watermark, batch.watermark);
            return true;
        }
        if (batch.watermark == HeadersBatch.NONE || batch.watermark <= watermark) {
            return false;
        }
        watermark = batch.watermark;
        return true;
    }

    /** The point's watermark; {@link FlowDetector#END} if decisions do not wait for it. */
    long waitedForUntil() {
        return ended || silent || withdrawn ? FlowDetector.END : watermark;
    }

    /** True if the point has told already that no header of {@code time} would come any more. */
    boolean hasPassed(long time) {
        return ended || time <= watermark;
    }

    void write(DataOutput out) throws IOException {
        out.writeUTF(name.gateway());
        out.writeUTF(name.iface());
        out.writeBoolean(name.firewallLog());
        out.writeLong(session);
        out.writeLong(nextSequence);
        out.writeLong(watermark);
        out.writeLong(missingFrom);
        out.writeBoolean(ended);
        out.writeBoolean(registered);
        out.writeBoolean(withdrawn);
    }

    static PointProgress read(DataInput in, FlowDetector detector) throws IOException {
        ObservationPoint name = new ObservationPoint(in.readUTF(), in.readUTF(), in.readBoolean());
        PointProgress point = new PointProgress(name, detector.point(name));
        point.session = in.readLong();
        point.nextSequence = in.readLong();
        point.watermark = in.readLong();
        point.missingFrom = in.readLong();
        point.ended = in.readBoolean();
        point.registered = in.readBoolean();
        point.withdrawn = in.readBoolean();
        return point;
    }
}
