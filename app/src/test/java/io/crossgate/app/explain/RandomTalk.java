package io.crossgate.app.explain;

import io.crossgate.app.explain.Packets.Options;
import java.util.SplittableRandom;

/** A conversation at random: mostly as two stacks would talk, often not. Numbers lie near each bound of the window as often as elsewhere. */
final class RandomTalk {
    private static final int[] FLAGS = {0x02, 0x02, 0x12, 0x12, 0x10, 0x10, 0x10, 0x18, 0x18, 0x11, 0x11, 0x04, 0x14, 0x14, 0x00, 0x03, 0x30, 0x52};
    private static final int[] WINDOWS = {0, 1, 500, 4000, 10_000, 65_535};
    private static final int[] PAYLOADS = {0, 0, 0, 1, 100, 1400};

    private final SplittableRandom random;
    private final Packets packets;
    /** By side: the next sequence number, the last window, the scale that it offered. */
    private final int[] next;
    private final int[] first;
    private final int[] window = new int[2];
    private final int[] scale = new int[2];
    private final boolean sack;

    private RandomTalk(Packets packets, SplittableRandom random) {
        this.packets = packets;
        this.random = random;
        next = new int[] {random.nextInt(), random.nextInt()};
        first = next.clone();
        scale[0] = random.nextInt(-1, 16);
        scale[1] = random.nextInt(-1, 16);
        if (random.nextInt(3) == 0) {
            scale[0] = scale[1] = -1;
        }
        sack = random.nextBoolean();
        window[0] = window[1] = 10_000;
    }

    static void add(Packets packets, SplittableRandom random) {
        packets.begin();
        new RandomTalk(packets, random).talk();
    }

    private void talk() {
        if (random.nextInt(4) > 0) {
            send(0, 0x02, next[0], 0, 0);
            if (random.nextInt(5) > 0) {
                send(1, 0x12, next[1], next[0], 0);
                send(0, 0x10, next[0], next[1], 0);
            }
        }
        int packetsLeft = random.nextInt(1, 10);
        for (int i = 0; i < packetsLeft; i++) {
            int side = random.nextInt(2);
            int flags = random.nextInt(3) > 0 ? random.nextInt(4) > 0 ? 0x10 : 0x11 : FLAGS[random.nextInt(FLAGS.length)];
            int payload = (flags & 0x06) == 0 || random.nextInt(10) == 0 ? PAYLOADS[random.nextInt(PAYLOADS.length)] : 0;
            send(side, flags, next[side] + off(side), (flags & 0x10) != 0 || random.nextInt(8) == 0 ? next[1 - side] + off(1 - side) : 0, payload);
        }
    }

    /** How far a number is from what it should be: mostly not at all, else near a bound, or anywhere. */
    private int off(int side) {
        int near = random.nextInt(-2, 3);
        return switch (random.nextInt(14)) {
            case 0 -> near;
            case 1 -> (window[1 - side] << Math.max(0, Math.min(14, scale[1 - side]))) + near;
            case 2 -> window[1 - side] + near;
            case 3 -> -(window[1 - side] << Math.max(0, Math.min(14, scale[1 - side]))) + near;
            case 4 -> -66_000 + near;
            case 5 -> first[side] - next[side] + near;
            case 6 -> random.nextInt(4) == 0 ? random.nextInt() : random.nextInt(-200_000, 200_000);
            default -> 0;
        };
    }

    private void send(int side, int flags, int seq, int ack, int payload) {
        boolean syn = (flags & 0x02) != 0;
        Options options = Options.NONE;
        if (syn) {
            options = Options.syn(scale[side], sack || random.nextInt(4) == 0);
        } else if (random.nextInt(6) == 0) {
            int left = ack + random.nextInt(1, 3000);
            options = Options.sack(left, left + random.nextInt(1, 3000));
        }
        window[side] = random.nextInt(3) > 0 ? window[side] : WINDOWS[random.nextInt(WINDOWS.length)];
        packets.tcp(side == 0, flags, seq, ack, window[side], options, payload);
        int end = seq + payload + (syn ? 1 : 0) + (flags & 0x01);
        if (end - next[side] > 0 && end - next[side] < 70_000) {
            next[side] = end;
        }
    }
}
