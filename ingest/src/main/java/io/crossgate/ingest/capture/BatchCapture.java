package io.crossgate.ingest.capture;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.NativeLong;
import com.sun.jna.Pointer;
import java.lang.reflect.Field;
import org.pcap4j.core.PcapHandle;

/**
 * Takes packets out of libpcap by the batch. A call from C into Java for each packet, which is pcap4j's way, costs more than all that is then done with the
 * packet. So the function that libpcap is to call for each packet is libpcap's own {@code pcap_dump}, and what it writes to is memory.
 *
 * <p>Belongs to one thread, which also closes it.
 */
final class BatchCapture implements AutoCloseable {
    /** Bytes of packets taken at once, unless a single packet may be longer: little enough to stay in a core's cache. */
    private static final int BATCH_BYTES = 1 << 18;
    private static final int FAILED = -1;

    private final Pointer pcap;
    private final int most;
    private final int fractionNanos;
    private final Memory memory;
    private final Pointer stream;

    /**
     * Of an open handle; what the handle is asked besides stays possible, but to take packets from it.
     *
     * @throws CaptureException if libpcap cannot be called like this
     */
    BatchCapture(PcapHandle handle, int snapLength) throws CaptureException {
        pcap = pointerOf(handle);
        most = packetsOf(snapLength);
        fractionNanos = C.pcap_get_tstamp_precision(pcap) == C.NANO ? 1 : 1_000;
        memory = new Memory(capacity(snapLength) + 1L); // the stream ends what it holds with a zero byte
        Pointer file = C.fmemopen(memory, new NativeLong(memory.size()), "w");
        stream = file == null ? null : C.pcap_dump_fopen(pcap, file);
        if (stream == null) {
            throw new CaptureException("libpcap can't write to memory: " + C.pcap_geterr(pcap), null);
        }
    }

    /** Bytes that a batch of packets of this snap length must have room for. */
    static int capacity(int snapLength) {
        return packetsOf(snapLength) * (LiveBatch.RECORD_HEADER + snapLength);
    }

    private static int packetsOf(int snapLength) {
        return Math.max(1, BATCH_BYTES / (LiveBatch.RECORD_HEADER + snapLength));
    }

    private static Pointer pointerOf(PcapHandle handle) throws CaptureException {
        try {
            Field field = PcapHandle.class.getDeclaredField("handle"); // pcap4j has no other way to it
            field.setAccessible(true);
            return (Pointer) field.get(handle);
        } catch (ReflectiveOperationException e) {
            throw new CaptureException("this version of pcap4j is not known: " + e.getMessage(), e);
        }
    }

    /**
     * Waits for packets and takes those that are there.
     *
     * @return how many were taken; 0 if the wait was broken off or timed out
     * @throws CaptureException if the device gives no more
     */
    int read(LiveBatch batch) throws CaptureException {
        C.rewind(stream);
        int count = C.pcap_dispatch(pcap, most, C.DUMP, stream);
        if (count == FAILED) {
            throw new CaptureException(C.pcap_geterr(pcap), null);
        }
        int length = 0;
        if (count > 0) {
            length = C.pcap_dump_ftell(stream).intValue();
            C.pcap_dump_flush(stream);
            memory.read(0, batch.bytes, 0, length);
        }
        batch.filled(length, fractionNanos);
        return Math.max(0, count);
    }

    /** Gives its memory back; the handle stays open. */
    @Override
    public void close() {
        C.pcap_dump_close(stream);
        memory.close();
    }

    /** C functions: of libpcap, and of the C library that it stands on. Names and types are theirs. */
    private static final class C {
        static final int NANO = 1;
        static final Pointer DUMP;

        static {
            NativeLibrary libpcap = NativeLibrary.getInstance(System.getProperty("org.pcap4j.core.pcapLibName", "pcap"));
            Native.register(C.class, libpcap);
            DUMP = libpcap.getGlobalVariableAddress("pcap_dump");
        }

        private C() {}

        static native int pcap_dispatch(Pointer pcap, int count, Pointer callback, Pointer user);

        static native int pcap_get_tstamp_precision(Pointer pcap);

        static native String pcap_geterr(Pointer pcap);

        static native Pointer pcap_dump_fopen(Pointer pcap, Pointer file);

        static native NativeLong pcap_dump_ftell(Pointer dumper);

        static native int pcap_dump_flush(Pointer dumper);

        static native void pcap_dump_close(Pointer dumper);

        static native Pointer fmemopen(Pointer memory, NativeLong size, String mode);

        static native void rewind(Pointer file);
    }
}
