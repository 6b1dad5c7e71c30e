package io.crossgate.detect.conntrack;

import static org.assertj.core.api.Assertions.assertThat;

import io.crossgate.schemas.flow.PacketHeader;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** A tracker that is written and read back goes on as if nothing had been. */
class TcpTrackerProperties {
    private static final int[] FLAGS = {0x02, 0x12, 0x10, 0x10, 0x10, 0x18, 0x11, 0x11, 0x04, 0x14, 0x00};

    @Property
    void aTrackerReadBackSaysTheSame(@ForAll long seed) throws IOException {
        SplittableRandom random = new SplittableRandom(seed);
        TcpTracker kept = new TcpTracker();
        TcpTracker stored = new TcpTracker();
        TcpSegment p = new TcpSegment();
        int[] next = {random.nextInt(), random.nextInt()};
        for (int i = 0; i < 40; i++) {
            int side = random.nextInt(2);
            p.time += random.nextInt(20) == 0 ? 40_000_000_000L : 1_000_000;
            p.fromLow = side == 0;
            p.flags = i < 3 ? new int[] {0x02, 0x12, 0x10}[i] : FLAGS[random.nextInt(FLAGS.length)];
            p.seq = next[side] + (random.nextInt(5) == 0 ? random.nextInt(-70_000, 70_000) : 0);
            p.ack = next[1 - side] + (random.nextInt(8) == 0 ? random.nextInt(-70_000, 70_000) : 0);
            p.sackEdge = p.ack + (random.nextInt(6) == 0 ? 400 : 0);
            p.window = random.nextInt(65_536);
            p.payloadLength = random.nextInt(3) == 0 ? random.nextInt(1460) : 0;
            p.windowScale = (p.flags & PacketHeader.SYN) != 0 ? random.nextInt(-1, 15) : PacketHeader.ABSENT;
            p.sackPermitted = (p.flags & PacketHeader.SYN) != 0 && random.nextBoolean();
            next[side] = p.end() - next[side] > 0 ? p.end() : next[side];
            CtVerdict verdict = kept.step(p, ConntrackSettings.DEFAULTS);
            assertThat(stored.step(p, ConntrackSettings.DEFAULTS)).isEqualTo(verdict);
            assertThat(stored.reason()).isEqualTo(kept.reason());
            assertThat(stored.note()).isEqualTo(kept.note());
            assertThat(stored.after()).isEqualTo(kept.after());
            assertThat(stored.exists(p.time) ? stored.expires() : 0).isEqualTo(kept.exists(p.time) ? kept.expires() : 0);
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            stored.write(new DataOutputStream(bytes));
            stored = TcpTracker.read(new DataInputStream(new ByteArrayInputStream(bytes.toByteArray())));
        }
    }
}
