package io.crossgate.detect;

import static org.assertj.core.api.Assertions.assertThat;

import io.crossgate.schemas.flow.PacketHeader;
import java.time.Duration;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class OrderProperties {
    private static final int[] KINDS = {PacketHeader.SYN, PacketHeader.SYN | PacketHeader.ACK, PacketHeader.ACK, PacketHeader.ACK | PacketHeader.PSH,
            PacketHeader.FIN | PacketHeader.ACK, PacketHeader.RST, PacketHeader.RST | PacketHeader.ACK};

    /** Mostly sensible handshakes over random gateways, with anything thrown in between. */
    private static Scene scene(long seed) {
        Random random = new Random(seed);
        Scene scene = new Scene("gwa/lan", "gwa/wan", "gwb/lan", "gwb/wan").firewall(random.nextBoolean() ? "gwa" : "gwb").firewallLog("gwa/nflog");
        if (random.nextBoolean()) {
            scene.flowRecords(Duration.ofSeconds(1 + random.nextInt(30)), Duration.ofSeconds(1 + random.nextInt(30)));
        }
        for (int i = 0; i < 60; i++) {
            int port = 40_000 + random.nextInt(5);
            int isn = random.nextInt(3) * 100_000;
            long ms = random.nextInt(90_000);
            String out = random.nextBoolean() ? "gwa" : "gwb";
            String back = random.nextBoolean() ? "gwa" : "gwb";
            switch (random.nextInt(4)) {
                case 0 -> scene.through(out + "/lan", out + "/wan", ms, 64, Scene.fromClient(port, PacketHeader.SYN, isn, 0));
                case 1 -> {
                    scene.through(out + "/lan", out + "/wan", ms, 64, Scene.fromClient(port, PacketHeader.SYN, isn, 0));
                    scene.seen(back + "/wan", ms + 20, 60, Scene.fromServer(port, PacketHeader.SYN | PacketHeader.ACK, 7000, isn + 1));
                    if (out.equals(back)) {
                        scene.seen(back + "/lan", ms + 20, 59, Scene.fromServer(port, PacketHeader.SYN | PacketHeader.ACK, 7000, isn + 1));
                        scene.through(out + "/lan", out + "/wan", ms + 30, 64, Scene.fromClient(port, PacketHeader.ACK, isn + 1, 7001));
                    } else if (back.equals("gwa") && random.nextBoolean()) {
                        scene.seen("gwa/nflog", ms + 20 + random.nextInt(300), 59,
                                Scene.fromServer(port, PacketHeader.SYN | PacketHeader.ACK, 7000, isn + 1).andThen(h -> h.logPrefix = "INVALID "));
                    }
                }
                case 2 -> scene.seen(out + (random.nextBoolean() ? "/lan" : "/wan"), ms, 64,
                        Scene.fromClient(port, KINDS[random.nextInt(KINDS.length)], isn + random.nextInt(3), 7001));
                default -> scene.seen(back + (random.nextBoolean() ? "/lan" : "/wan"), ms, 60,
                        Scene.fromServer(port, KINDS[random.nextInt(KINDS.length)], 7000 + random.nextInt(3), isn + 1));
            }
        }
        return scene;
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
        assertThat(scene.playInBatches(interleaving.nextBoolean() ? interleaving : null, interleaving.nextBoolean(), batch).differences(scene.play())).isEmpty();
    }
}
