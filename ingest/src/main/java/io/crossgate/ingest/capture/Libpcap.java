package io.crossgate.ingest.capture;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.pcap4j.core.BpfProgram.BpfCompileMode;
import org.pcap4j.core.NotOpenException;
import org.pcap4j.core.PcapHandle;
import org.pcap4j.core.PcapHandle.TimestampPrecision;
import org.pcap4j.core.PcapNativeException;
import org.pcap4j.core.PcapNetworkInterface;
import org.pcap4j.core.PcapNetworkInterface.PromiscuousMode;
import org.pcap4j.core.Pcaps;

/** Opens live interfaces through libpcap, and says what to do where that fails. */
final class Libpcap {
    /**
     * How long the kernel may gather packets before it hands them over together, milliseconds. Waking the reader for each packet costs more than the packet,
     * and needs a slot of the full snap length for each in the kernel's buffer; a few milliseconds' delay nobody sees.
     */
    private static final int TIMEOUT_MS = 20;

    private Libpcap() {}

    static PcapHandle open(LiveInput input) throws CaptureException {
        PcapHandle handle;
        try {
            handle = new PcapHandle.Builder(input.device()).snaplen(input.snapLength()).bufferSize(input.bufferBytes()).timeoutMillis(TIMEOUT_MS)
                    .promiscuousMode(input.promiscuous() ? PromiscuousMode.PROMISCUOUS : PromiscuousMode.NONPROMISCUOUS)
                    .timestampPrecision(TimestampPrecision.NANO).build();
        } catch (LinkageError e) {
            throw new CaptureException("live capture needs libpcap, which is not on this machine: `apt-get install libpcap0.8` (Debian, Ubuntu) or"
                    + " `dnf install libpcap` (Fedora, RHEL)", e);
        } catch (PcapNativeException e) {
            throw new CaptureException(advice(input.device(), String.valueOf(e.getMessage())), e);
        }
        if (!input.filter().isEmpty()) {
            try {
                handle.setFilter(input.filter(), BpfCompileMode.OPTIMIZE);
            } catch (PcapNativeException | NotOpenException e) {
                handle.close();
                throw new CaptureException("the filter '" + input.filter() + "' does not compile: "
                        + String.valueOf(e.getMessage()).replaceAll("\\s+", " "), e);
            }
        }
        return handle;
    }

    private static String advice(String device, String message) {
        String lower = message.toLowerCase(Locale.ROOT);
        if (lower.contains("permi") || lower.contains("not permitted")) {
            return device + ": no permission to capture: run as root, or as a user with the right: `setpriv --reuid USER --regid GROUP --clear-groups --inh-caps +net_raw,+net_admin --ambient-caps +net_raw,+net_admin`, or AmbientCapabilities= of a systemd unit";
        }
        if (lower.contains("no such device") || lower.contains("doesn't exist") || lower.contains("not exist")) {
            return device + ": no such interface; there are " + interfaces();
        }
        return device + ": can't be captured: " + message.replaceAll("\\s+", " ");
    }

    private static String interfaces() {
        try {
            List<PcapNetworkInterface> all = Pcaps.findAllDevs();
            return all.stream().map(PcapNetworkInterface::getName).collect(Collectors.joining(", "));
        } catch (PcapNativeException e) {
            return "none that can be listed";
        }
    }
}
