package io.crossgate.app.explain;

import io.crossgate.detect.conntrack.ConntrackSettings;
import io.crossgate.detect.conntrack.EntryState;
import io.crossgate.ingest.capture.RawPacket;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The same packets for the kernel and for the shadow: what differs. */
final class Trial {
    /** Long enough that nothing expires while the kernel is asked, and so far apart that what is left of an entry's life tells which of them it got. */
    private static final Map<String, String> TIME_OUTS = Map.of("nf_conntrack_tcp_timeout_syn_sent", "400", "nf_conntrack_tcp_timeout_syn_recv", "800",
            "nf_conntrack_tcp_timeout_fin_wait", "1200", "nf_conntrack_tcp_timeout_close_wait", "1600", "nf_conntrack_tcp_timeout_last_ack", "2000",
            "nf_conntrack_tcp_timeout_time_wait", "2400", "nf_conntrack_tcp_timeout_close", "2800", "nf_conntrack_tcp_timeout_max_retrans", "700",
            "nf_conntrack_tcp_timeout_unacknowledged", "600");
    /** Seconds that asking may take. */
    private static final long PATIENCE = 60;

    private Trial() {}

    /** Each difference in a few lines; only the first of each conversation. */
    static List<String> differences(Packets packets, Map<String, String> settings) throws IOException {
        Map<String, String> all = new HashMap<>(TIME_OUTS);
        all.putAll(settings);
        KernelLab.Answer kernel = KernelLab.ask(packets.frames, all);
        ConntrackSettings shadow = ConntrackSettings.DEFAULTS;
        for (Map.Entry<String, String> setting : all.entrySet()) {
            shadow = shadow.with(setting.getKey(), setting.getValue());
        }
        Explainer explainer = new Explainer(shadow, false);
        RawPacket packet = new RawPacket();
        packet.linkType = 1;
        Map<Integer, EntryState> states = new HashMap<>();
        Map<Integer, Long> lives = new HashMap<>();
        Set<Integer> different = new HashSet<>();
        List<String> differences = new ArrayList<>();
        List<String> ours = new ArrayList<>();
        for (int i = 0; i < packets.frames.size(); i++) {
            packet.bytes = packets.frames.get(i);
            packet.capturedLength = packet.bytes.length;
            packet.originalLength = packet.bytes.length;
            Explained e = explainer.next(packet);
            String verdict = e.verdict == null ? "NONE" : e.verdict.name();
            int conversation = packets.conversations.get(i);
            ours.add(verdict + " " + e.before + ">" + e.after + " " + e.reason + " " + e.note);
            if (e.header.protocol == 6) {
                states.put(conversation, e.after);
                lives.put(conversation, e.expires / 1_000_000_000L);
            }
            if (!verdict.equals(kernel.verdicts().get(i)) && different.add(conversation)) {
                differences.add("kernel says " + kernel.verdicts().get(i) + " of packet " + (i + 1) + ":\n" + story(packets, ours, i));
            }
        }
        states.forEach((conversation, state) -> {
            KernelLab.Entry theirs = kernel.states().getOrDefault(Packets.client(conversation), new KernelLab.Entry("NONE", 0));
            long life = state == EntryState.NONE ? 0 : lives.get(conversation);
            boolean same = theirs.state().equals(state.name()) && theirs.life() <= life && theirs.life() >= life - PATIENCE;
            if (!same && different.add(conversation)) {
                int last = packets.conversations.lastIndexOf(conversation);
                differences.add("kernel ends in " + theirs + ", shadow in " + state + " with " + life + ":\n" + story(packets, ours, last));
            }
        });
        return differences;
    }

    private static String story(Packets packets, List<String> ours, int until) {
        StringBuilder text = new StringBuilder();
        int conversation = packets.conversations.get(until);
        for (int i = 0; i <= until; i++) {
            if (packets.conversations.get(i) == conversation) {
                text.append("    ").append(packets.words.get(i)).append("  ").append(ours.get(i)).append('\n');
            }
        }
        return text.toString();
    }
}
