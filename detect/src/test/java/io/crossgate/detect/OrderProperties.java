package io.crossgate.detect;

import static org.assertj.core.api.Assertions.assertThat;

import io.crossgate.schemas.flow.PacketHeader;
import java.time.Duration;
import java.util.Random;
import java.util.function.Consumer;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class OrderProperties {
    private static final int[] KINDS = {PacketHeader.SYN, PacketHeader.SYN | PacketHeader.ACK, PacketHeader.ACK, PacketHeader.ACK | PacketHeader.PSH,
            PacketHeader.FIN | PacketHeader.ACK, PacketHeader.RST, PacketHeader.RST | PacketHeader.ACK};

    /** Mostly sensible handshakes over random gateways, with anything thrown in between. */
    private static Scene scene(long seed) {
        Random random = new Random(seed);
        Scene scene = new Scene("gwa/lan", "gwa/wan", "gwb/lan", "gwb/wan").firewall(random.nextBoolean() ? "gwa" : "gwb");
        boolean log = random.nextBoolean();
        if (log) {
            scene.firewallLog("gwa/nflog");
        }
        if (random.nextInt(3) == 0) {
            scene.flowRecords(Duration.ofSeconds(1 + random.nextInt(30)), Duration.ofSeconds(1 + random.nextInt(30)));
        }
        for (int i = 0; i < 60; i++) {
            int port = 40_000 + random.nextInt(5);
            int isn = random.nextInt(3) * 100_000;
            long ms = random.nextInt(90_000);
            String out = random.nextBoolean() ? "gwa" : "gwb";
            String back = random.nextBoolean() ? "gwa" : "gwb";
            switch (random.nextInt(5)) {
                case 0 -> scene.through(out + "/lan", out + "/wan", ms, 64, Scene.fromClient(port, PacketHeader.SYN, isn, 0));
                case 1 -> {
                    scene.through(out + "/lan", out + "/wan", ms, 64, Scene.fromClient(port, PacketHeader.SYN, isn, 0));
                    scene.seen(back + "/wan", ms + 20, 60, Scene.fromServer(port, PacketHeader.SYN | PacketHeader.ACK, 7000, isn + 1));
                    if (out.equals(back)) {
                        scene.seen(back + "/lan", ms + 20, 59, Scene.fromServer(port, PacketHeader.SYN | PacketHeader.ACK, 7000, isn + 1));
                        scene.through(out + "/lan", out + "/wan", ms + 30, 64, Scene.fromClient(port, PacketHeader.ACK, isn + 1, 7001));
                    } else if (log && back.equals("gwa") && random.nextBoolean()) {
                        scene.seen("gwa/nflog", ms + 20 + random.nextInt(300), 59,
                                Scene.fromServer(port, PacketHeader.SYN | PacketHeader.ACK, 7000, isn + 1).andThen(h -> h.logPrefix = "INVALID "));
                    }
                }
                case 2 -> talk(scene, random, out, port, isn, ms);
                case 3 -> scene.seen(out + (random.nextBoolean() ? "/lan" : "/wan"), ms, 64,
                        Scene.fromClient(port, KINDS[random.nextInt(KINDS.length)], isn + random.nextInt(3), 7001));
                default -> scene.seen(back + (random.nextBoolean() ? "/lan" : "/wan"), ms, 60,
                        Scene.fromServer(port, KINDS[random.nextInt(KINDS.length)], 7000 + random.nextInt(3), isn + 1));
            }
        }
        return scene;
    }

    /** A conversation by one gateway: with data, repetitions, and one of the ways to end. */
    private static void talk(Scene scene, Random random, String gateway, int port, int isn, long begin) {
        long ms = begin;
        int sent = isn + 1;
        int answered = 7001;
        both(scene, random, gateway, ms, Scene.fromClient(port, PacketHeader.SYN, isn, 0));
        for (int n = random.nextInt(3); n >= 0; n--) {
            back(scene, random, gateway, ms += random.nextInt(2_000), Scene.fromServer(port, PacketHeader.SYN | PacketHeader.ACK, 7000, isn + 1));
        }
        for (int n = random.nextInt(8); n > 0; n--) {
            ms += random.nextInt(6_000);
            if (random.nextBoolean()) {
                both(scene, random, gateway, ms, Scene.fromClient(port, PacketHeader.ACK, sent, answered).andThen(h -> h.payloadLength = 100));
                sent += random.nextInt(4) > 0 ? 100 : 0;
            } else {
                back(scene, random, gateway, ms, Scene.fromServer(port, PacketHeader.ACK, answered, sent).andThen(h -> h.payloadLength = 100));
                answered += random.nextInt(4) > 0 ? 100 : 0;
            }
        }
        int end = KINDS[3 + random.nextInt(4)];
        both(scene, random, gateway, ms + 10, Scene.fromClient(port, end, sent, answered));
        back(scene, random, gateway, ms + 20, Scene.fromServer(port, end, answered, sent));
    }

    /** From the client, mostly through the gateway; some of it is seen at one side only. */
    private static void both(Scene scene, Random random, String gateway, long ms, Consumer<PacketHeader> packet) {
        if (random.nextInt(10) == 0) {
            scene.seen(gateway + "/lan", ms, 64, packet);
        } else {
            scene.through(gateway + "/lan", gateway + "/wan", ms, 64, packet);
        }
    }

    private static void back(Scene scene, Random random, String gateway, long ms, Consumer<PacketHeader> packet) {
        scene.seen(gateway + "/wan", ms, 60, packet);
        if (random.nextInt(10) > 0) {
            scene.seen(gateway + "/lan", ms + random.nextInt(2), 59, packet);
        }
    }

    @Property(tries = 300)
    void anyInterleavingOfTheGatewaysStreamsGivesTheSameEvents(@ForAll long seed, @ForAll long order) {
        Scene scene = scene(seed);
        assertThat(scene.play(new Random(order), false).differences(scene.play())).isEmpty();
    }

    @Property(tries = 300)
    void aRestartFromWrittenStateAtAnyMomentChangesNothing(@ForAll long seed, @ForAll long order) {
        Scene scene = scene(seed);
        assertThat(scene.play(new Random(order), true).differences(scene.play())).isEmpty();
    }

    @Property(tries = 300)
    void batchesOfHeadersGiveTheSameEventsAsHeadersOneByOne(@ForAll long seed, @ForAll long order, @ForAll @IntRange(min = 1, max = 200) int batch) {
        Scene scene = scene(seed);
        Random interleaving = new Random(order);
        Scene.Told told = scene.playInBatches(interleaving.nextBoolean() ? interleaving : null, interleaving.nextBoolean(), batch);
        assertThat(told.differences(scene.play())).isEmpty();
    }

    @Property(tries = 300)
    void batchesOfHeadersAreCountedAsHeadersOneByOne(@ForAll long seed, @ForAll long order, @ForAll @IntRange(min = 1, max = 200) int batch) {
        Scene scene = scene(seed);
        assertThat(scene.playInBatches(new Random(order), false, batch).counters).usingRecursiveComparison().isEqualTo(scene.play(new Random(order), false).counters);
    }
}
