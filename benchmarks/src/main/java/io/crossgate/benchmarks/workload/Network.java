package io.crossgate.benchmarks.workload;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;

/** Two gateways, each captured on its LAN and its WAN side: gwa, a firewall, and gwb, a router. */
final class Network implements Closeable {
    static final int FIREWALL = 0;
    static final int ROUTER = 1;
    /** Names of the gateways by number. */
    static final List<String> GATEWAYS = List.of("gwa", "gwb");

    /** A packet takes this long through a gateway: at least, and at most that much more; nanoseconds. */
    private static final int THROUGH = 20_000;
    private static final int THROUGH_MORE = 80_000;

    final Frame frame;
    final SplittableRandom random;
    final Truth truth;
    private final CaptureFile[] lan = new CaptureFile[GATEWAYS.size()];
    private final CaptureFile[] wan = new CaptureFile[GATEWAYS.size()];
    private long lastTime;

    Network(Path folder, int snapLength, SplittableRandom random, Truth truth) throws IOException {
        frame = new Frame(snapLength);
        this.random = random;
        this.truth = truth;
        for (int g = 0; g < lan.length; g++) {
            lan[g] = new CaptureFile(folder, GATEWAYS.get(g) + "-lan.pcap", snapLength);
            wan[g] = new CaptureFile(folder, GATEWAYS.get(g) + "-wan.pcap", snapLength);
        }
    }

    /** The packet in {@link #frame} crosses a gateway. */
    void cross(int gateway, boolean fromLan, long time) throws IOException {
        enter(gateway, fromLan, time);
        frame.route();
        frame.seen(time, gateway, !fromLan, false);
        (fromLan ? wan : lan)[gateway].queue(frame.bytes, frame.length, time + THROUGH + random.nextInt(THROUGH_MORE));
    }

    /** The packet in {@link #frame} reaches a gateway, and is dropped there. */
    void enter(int gateway, boolean fromLan, long time) throws IOException {
        frame.seen(time, gateway, fromLan, true);
        (fromLan ? lan : wan)[gateway].write(frame.bytes, frame.length, time);
        lastTime = time;
    }

    long lastTime() {
        return lastTime;
    }

    List<CaptureFile> files() {
        return List.of(lan[FIREWALL], wan[FIREWALL], lan[ROUTER], wan[ROUTER]);
    }

    @Override
    public void close() throws IOException {
        for (CaptureFile file : files()) {
            file.close();
        }
    }
}
