package io.crossgate.ingest.publish;

import static org.assertj.core.api.Assertions.assertThat;

import io.crossgate.schemas.flow.FlowKey;
import io.crossgate.schemas.flow.FlowTuple;
import io.crossgate.schemas.flow.IpText;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class SpanHeadersProperties {
    private static final int BLOCKS = 20;
    private static final int ROOM = 300;

    @Property(tries = 60)
    void sortedHeadersOfAFlowLieTogetherAsTheyCameWhateverTheirNumber(@ForAll long seed) {
        Random random = new Random(seed);
        SpanHeaders span = new SpanHeaders(new Blocks(BLOCKS * Blocks.SIZE));
        for (int round = 0; round < 3; round++) {
            Map<FlowKey, List<String>> given = new HashMap<>();
            fill(span, random, given);
            span.sort();
            span.touch(0, span.count());
            assertThat(back(span)).isEqualTo(given);
            span.clear();
            assertThat(span.count()).isZero();
        }
    }

    private static void fill(SpanHeaders span, Random random, Map<FlowKey, List<String>> given) {
        int most = random.nextBoolean() ? random.nextInt(100) : Integer.MAX_VALUE;
        int flows = 1 + random.nextInt(random.nextBoolean() ? 3 : 5000);
        FlowTuple flow = new FlowTuple();
        while (span.count() < most && !span.isFull(ROOM)) {
            fill(flow, random.nextInt(flows));
            byte[] bytes = new byte[random.nextInt(ROOM)];
            random.nextBytes(bytes);
            int from = span.begin(flow, ROOM);
            System.arraycopy(bytes, 0, span.array(), from, bytes.length);
            span.end(from + bytes.length);
            given.computeIfAbsent(flow.key(), key -> new ArrayList<>()).add(Arrays.toString(bytes));
        }
    }

    private static void fill(FlowTuple flow, int number) {
        flow.ipv6 = number % 2 == 0;
        flow.protocol = number % 3 == 0 ? 1 : 6;
        flow.lowHigh = flow.ipv6 ? 0x2001_0db8_0000_0000L : 0;
        flow.lowLow = IpText.mapped(number * 7);
        flow.highHigh = flow.ipv6 ? 0x2001_0db8_0000_0001L : 0;
        flow.highLow = IpText.mapped(0xcb007132);
        flow.lowPort = number;
        flow.highPort = 65_535;
    }

    private static Map<FlowKey, List<String>> back(SpanHeaders span) {
        Map<FlowKey, List<String>> back = new HashMap<>();
        FlowTuple flow = new FlowTuple();
        for (int i = 0; i < span.count(); i++) {
            long place = span.place(i);
            span.flow(place, flow);
            if (i > 0 && span.isSameFlow(span.place(i - 1), place)) {
                assertThat(span.isSameHash(i - 1, i)).isTrue();
            } else if (i > 0 && !span.isSameHash(i - 1, i)) {
                assertThat(back).as("a flow's headers lie together").doesNotContainKey(flow.key());
            }
            byte[] bytes = new byte[span.length(place) + 1];
            assertThat(span.copy(place, bytes, 1)).isEqualTo(bytes.length);
            back.computeIfAbsent(flow.key(), key -> new ArrayList<>()).add(Arrays.toString(Arrays.copyOfRange(bytes, 1, bytes.length)));
        }
        return back;
    }

    @Property(tries = 30)
    void memoryThatOneSpanGivesBackIsThereForAnother(@ForAll long seed) {
        Random random = new Random(seed);
        Blocks blocks = new Blocks(BLOCKS * Blocks.SIZE);
        SpanHeaders one = new SpanHeaders(blocks);
        SpanHeaders other = new SpanHeaders(blocks);
        fill(one, new Random(1), new HashMap<>());
        FlowTuple flow = new FlowTuple();
        int room = random.nextInt(2 * Blocks.SIZE);
        while (!other.isFull(room)) {
            other.end(other.begin(flow, room) + random.nextInt(room + 1));
        }
        one.clear();
        other.clear();
        assertThat(other.isFull(room)).isFalse();
        for (int i = 0; i < BLOCKS; i++) {
            other.end(other.begin(flow, room) + room);
        }
        assertThat(other.count()).isEqualTo(BLOCKS);
    }
}
