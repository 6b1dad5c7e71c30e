package io.crossgate.benchmarks.workload;

import java.io.IOException;

/**
 * A TCP conversation through one gateway, of a given number of packets beside what loss adds: handshake, exchanges of a request and a burst of data with an
 * acknowledgement for every second segment, thinking between them, and an end.
 *
 * <pre>
 *   packets  2: a SYN, refused with a RST, or repeated without an answer
 *            3: a SYN-ACK that the client answers with a RST, or SYNs without an answer
 *            4: a handshake, and a RST of the client's after a while
 *            5: a handshake, a request, and a RST of the server's
 *            6: a handshake, and both sides' FINs after a while
 *          7 …: data between
 * </pre>
 */
final class TcpTalk extends Talk {
    private enum Phase { SYN, REFUSAL, SYN_AGAIN, SYN_ACK, PROBE_RESET, HANDSHAKE_ACK, REQUEST, DATA, DATA_AFTER_HOLE, SACK, REPAIR, DATA_ACK, CLIENT_RESET, SERVER_RESET,
        CLIENT_FIN, SERVER_FIN, LAST_ACK }

    static final int SHORTEST = 2;
    private static final double UNANSWERED = 0.3;
    private static final int CLIENT_SYN_WINDOW = 64_240;
    private static final int SERVER_SYN_WINDOW = 65_160;
    private static final int CLIENT_WINDOW = 502;
    private static final int SERVER_WINDOW = 509;
    private static final long RETRANSMISSION = 200_000_000;
    /** Packets of a loss and its repair, from the segment before the hole on. */
    private static final int REPAIR_PACKETS = 5;

    private final long think;
    private final double loss;
    private Phase phase = Phase.SYN;
    /** Packets still to come without those of the end, of this exchange, and exchanges after it. */
    private int left;
    private int exchange;
    private int thinks;
    private boolean upload;
    private boolean repeated;
    private int unacknowledged;
    private int repeats;
    private final int packets;
    /** Round trips from the gateway to the client and back, to the server and back. */
    private final int clientTrip;
    private final int serverTrip;
    private int clientSeq;
    private int serverSeq;
    private int holeFrom;
    private int holeTo;
    private int clientClock;
    private int serverClock;

    /** @param think mean time between exchanges, nanoseconds */
    TcpTalk(Network network, int packets, long think, double loss) {
        this.packets = packets;
        this.think = think;
        this.loss = loss;
        clientTrip = 200_000 + network.random.nextInt(1_800_000);
        serverTrip = 4_000_000 + network.random.nextInt(36_000_000);
        clientSeq = network.random.nextInt();
        serverSeq = network.random.nextInt();
        upload = network.random.nextInt(8) == 0;
        if (packets < 4 && network.random.nextDouble() < UNANSWERED) {
            phase = Phase.SYN_AGAIN;
        }
    }

    /** How often a conversation of so many packets thinks. */
    static int thinks(int packets) {
        return packets < 4 || packets == 5 ? 0 : packets < 20 ? 1 : packets < 100 ? 2 : 3;
    }

    /** What a conversation of so many packets takes beside thinking, on average, nanoseconds. */
    static long busy(int packets) {
        return packets < 4 ? (long) (UNANSWERED * (packets == 2 ? 1 : 3) * SECOND) : 60_000_000L + packets * 1_500_000L;
    }

    @Override
    void step(Network n) throws IOException {
        switch (phase) {
            case SYN -> {
                syn(n);
                if (!repeated && lost(n)) {
                    repeated = true;
                    at += SECOND;
                } else {
                    phase = packets == 2 ? Phase.REFUSAL : Phase.SYN_ACK;
                    at += serverTrip;
                }
            }
            case SYN_AGAIN -> {
                syn(n);
                at = ++repeats == packets ? END : at + (SECOND << repeats - 1);
            }
            case REFUSAL -> {
                send(n, false, Frame.RST | Frame.ACK, 0, clientSeq + 1, 0, 0);
                at = END;
            }
            case SYN_ACK -> {
                send(n, false, Frame.SYN | Frame.ACK, serverSeq, clientSeq + 1, SERVER_SYN_WINDOW, 0);
                if (!repeated && lost(n)) {
                    repeated = true;
                    at += SECOND;
                } else {
                    clientSeq++;
                    serverSeq++;
                    phase = packets == 3 ? Phase.PROBE_RESET : Phase.HANDSHAKE_ACK;
                    at += clientTrip;
                }
            }
            case PROBE_RESET -> {
                send(n, true, Frame.RST, clientSeq, 0, 0, 0);
                at = END;
            }
            case HANDSHAKE_ACK -> {
                send(n, true, Frame.ACK, clientSeq, serverSeq, CLIENT_WINDOW, 0);
                thinks = thinks(packets);
                left = packets < 6 ? packets - 4 : packets - 6;
                if (left == 0) {
                    thinkOrEnd(n);
                } else {
                    beginExchange();
                    at += 30_000 + n.random.nextInt(200_000);
                }
            }
            case REQUEST -> {
                data(n, true, 40 + n.random.nextInt(1200));
                spend();
                if (left == 0 || exchange == 0) {
                    thinkOrEnd(n);
                } else {
                    phase = Phase.DATA;
                    at += upload ? 100_000 : serverTrip + n.random.nextInt(5_000_000);
                }
            }
            case DATA -> burst(n);
            case DATA_AFTER_HOLE -> {
                data(n, upload, segment());
                spend();
                phase = Phase.SACK;
                at += ackTrip();
            }
            case SACK -> {
                acknowledge(n, holeFrom, holeTo, upload ? clientSeq : serverSeq);
                spend();
                phase = Phase.REPAIR;
                at += upload ? clientTrip : serverTrip;
            }
            case REPAIR -> {
                int edge = upload ? serverSeq : clientSeq;
                send(n, upload, Frame.ACK, holeFrom, edge, window(upload), holeTo - holeFrom);
                phase = Phase.DATA_ACK;
                at += ackTrip();
            }
            case DATA_ACK -> {
                acknowledge(n, upload ? clientSeq : serverSeq, 0, 0);
                spend();
                unacknowledged = 0;
                afterSegment(n, 100_000 + n.random.nextInt(900_000));
            }
            case CLIENT_RESET -> {
                send(n, true, Frame.RST | Frame.ACK, clientSeq, serverSeq, 0, 0);
                at = END;
            }
            case SERVER_RESET -> {
                send(n, false, Frame.RST, serverSeq, 0, 0, 0);
                at = END;
            }
            case CLIENT_FIN -> {
                send(n, true, Frame.FIN | Frame.ACK, clientSeq++, serverSeq, CLIENT_WINDOW, 0);
                phase = Phase.SERVER_FIN;
                at += serverTrip;
            }
            case SERVER_FIN -> {
                send(n, false, Frame.FIN | Frame.ACK, serverSeq++, clientSeq, SERVER_WINDOW, 0);
                phase = Phase.LAST_ACK;
                at += clientTrip;
            }
            case LAST_ACK -> {
                send(n, true, Frame.ACK, clientSeq, serverSeq, CLIENT_WINDOW, 0);
                at = END;
            }
        }
    }

    /** One segment of a burst; or the loss of one, before the gateway or behind it. */
    private void burst(Network n) throws IOException {
        int length = segment();
        if (unacknowledged == 0 && exchange >= REPAIR_PACKETS && lost(n)) {
            holeFrom = upload ? clientSeq : serverSeq;
            holeTo = holeFrom + length;
            if (n.random.nextBoolean()) {
                data(n, upload, length);
                spend();
            } else if (upload) {
                clientSeq = holeTo;
            } else {
                serverSeq = holeTo;
            }
            phase = Phase.DATA_AFTER_HOLE;
            at += 120_000 + n.random.nextInt(500_000);
            return;
        }
        data(n, upload, length);
        spend();
        unacknowledged++;
        if (unacknowledged == 2 && exchange > 0) {
            phase = Phase.DATA_ACK;
            at += ackTrip();
        } else {
            afterSegment(n, 120_000 + n.random.nextInt(1_000_000));
        }
    }

    private void afterSegment(Network n, long gap) {
        if (exchange > 0) {
            phase = Phase.DATA;
            at += gap;
        } else {
            thinkOrEnd(n);
        }
    }

    private void beginExchange() {
        phase = Phase.REQUEST;
        exchange = left / Math.max(1, thinks);
        unacknowledged = 0;
    }

    /** After an exchange the client thinks; after the last one it thinks and ends the conversation. */
    private void thinkOrEnd(Network n) {
        unacknowledged = 0;
        if (packets == 5) {
            phase = Phase.SERVER_RESET;
            at += serverTrip;
            return;
        }
        at += think / 2 + (think == 0 ? serverTrip : n.random.nextLong(think));
        thinks--;
        if (thinks > 0 && left > 0) {
            beginExchange();
        } else {
            phase = packets == 4 ? Phase.CLIENT_RESET : Phase.CLIENT_FIN;
        }
    }

    private void spend() {
        left--;
        exchange--;
    }

    private boolean lost(Network n) {
        return loss > 0 && n.random.nextDouble() < loss;
    }

    private int segment() {
        return ipv6 ? 1428 : 1448;
    }

    /** From a segment's passing to that of its acknowledgement. */
    private int ackTrip() {
        return upload ? serverTrip : clientTrip;
    }

    private static int window(boolean byClient) {
        return byClient ? CLIENT_WINDOW : SERVER_WINDOW;
    }

    private void syn(Network n) throws IOException {
        send(n, true, Frame.SYN, clientSeq, 0, CLIENT_SYN_WINDOW, 0);
    }

    private void data(Network n, boolean byClient, int length) throws IOException {
        int flags = Frame.ACK | (exchange <= 1 || phase == Phase.REQUEST ? Frame.PSH : 0);
        if (byClient) {
            send(n, true, flags, clientSeq, serverSeq, CLIENT_WINDOW, length);
            clientSeq += length;
        } else {
            send(n, false, flags, serverSeq, clientSeq, SERVER_WINDOW, length);
            serverSeq += length;
        }
    }

    /** The receiver of the data acknowledges up to {@code ack}, and has what is from {@code sackFrom} on beside. */
    private void acknowledge(Network n, int ack, int sackFrom, int sackTo) throws IOException {
        boolean byClient = !upload;
        frame(n, byClient, Frame.ACK, byClient ? clientSeq : serverSeq, ack, window(byClient), 0, sackFrom, sackTo);
    }

    private void send(Network n, boolean byClient, int flags, int seq, int ack, int window, int payload) throws IOException {
        frame(n, byClient, flags, seq, ack, window, payload, 0, 0);
    }

    private void frame(Network n, boolean byClient, int flags, int seq, int ack, int window, int payload, int sackFrom, int sackTo) throws IOException {
        int now = clock();
        n.frame.tcp(this, byClient, flags, seq, ack, window, payload, now, byClient ? serverClock : clientClock, sackFrom, sackTo);
        if (byClient) {
            clientClock = now;
        } else {
            serverClock = now;
        }
        n.cross(gateway, byClient, at);
    }
}
