package io.crossgate.app.explain;

import io.crossgate.app.explain.Packets.Options;
import io.crossgate.schemas.flow.PacketHeader;

/** Brings a conversation into each state of the table. */
final class Scripts {
    static final int FIN = PacketHeader.FIN;
    static final int SYN = PacketHeader.SYN;
    static final int RST = PacketHeader.RST;
    static final int ACK = PacketHeader.ACK;
    static final int CLIENT_ISN = 1_000_000;
    static final int SERVER_ISN = 5_000_000;
    static final int WINDOW = 10_000;

    /** Ways into states; several where the tracker remembers more than the state. */
    enum Way {
        NONE, SYN_SENT, SYN_SENT_TWICE, SYN_RECV, ESTABLISHED, ESTABLISHED_DATA, PICKED_UP, PICKED_UP_REPLIED, FIN_WAIT, FIN_WAIT_BY_SERVER, CLOSE_WAIT, LAST_ACK,
        TIME_WAIT, CLOSE, CLOSE_BY_SERVER, CLOSE_AFTER_FIN, SYN_SENT2, CROSSED_SYN_RECV, LAST_ACK_THEN_SYN, ESTABLISHED_THEN_SYN,
        /** Found by random conversations: what was picked up stays liberal when it starts over. */
        PICKED_UP_STARTED_OVER,
        /** Found by random conversations: a RST outside the window is not remembered unless the connection is assured. */
        SYN_SENT_STRAY_ACK_AND_RST, CLOSE_THEN_FIN_OUTSIDE
    }

    private final Packets packets;
    /** The next sequence number of either side. */
    int client = CLIENT_ISN;
    int server = SERVER_ISN;

    Scripts(Packets packets) {
        this.packets = packets;
        packets.begin();
    }

    void client(int flags, int seq, int ack, int payload) {
        packets.tcp(true, flags, seq, ack, WINDOW, Options.NONE, payload);
    }

    void server(int flags, int seq, int ack, int payload) {
        packets.tcp(false, flags, seq, ack, WINDOW, Options.NONE, payload);
    }

    void tcp(boolean fromClient, int flags, int seq, int ack) {
        packets.tcp(fromClient, flags, seq, ack, WINDOW, Options.NONE, 0);
    }

    void syn() {
        client(SYN, client++, 0, 0);
    }

    void synAck() {
        server(SYN | ACK, server++, client, 0);
    }

    void clientAck() {
        client(ACK, client, server, 0);
    }

    void serverAck() {
        server(ACK, server, client, 0);
    }

    void clientFin() {
        client(FIN | ACK, client++, server, 0);
    }

    void serverFin() {
        server(FIN | ACK, server++, client, 0);
    }

    void open() {
        syn();
        synAck();
        clientAck();
    }

    Scripts go(Way way) {
        switch (way) {
            case NONE -> { }
            case SYN_SENT -> syn();
            case SYN_SENT_TWICE -> {
                syn();
                client(SYN, client - 1, 0, 0);
            }
            case SYN_RECV -> {
                syn();
                synAck();
            }
            case ESTABLISHED -> open();
            case ESTABLISHED_DATA -> {
                open();
                client(ACK, client, server, 500);
                client += 500;
                server(ACK, server, client, 700);
                server += 700;
                clientAck();
            }
            case PICKED_UP -> clientAck();
            case PICKED_UP_REPLIED -> {
                clientAck();
                serverAck();
            }
            case FIN_WAIT -> {
                open();
                clientFin();
            }
            case FIN_WAIT_BY_SERVER -> {
                open();
                serverFin();
            }
            case CLOSE_WAIT -> {
                go(Way.FIN_WAIT);
                serverAck();
            }
            case LAST_ACK -> {
                go(Way.CLOSE_WAIT);
                serverFin();
            }
            case TIME_WAIT -> {
                go(Way.LAST_ACK);
                clientAck();
            }
            case CLOSE -> {
                open();
                client(RST | ACK, client, server, 0);
            }
            case CLOSE_BY_SERVER -> {
                open();
                server(RST | ACK, server, client, 0);
            }
            case CLOSE_AFTER_FIN -> {
                go(Way.CLOSE_WAIT);
                client(RST, client, 0, 0);
            }
            case SYN_SENT2 -> {
                syn();
                server(SYN, server++, 0, 0);
            }
            case CROSSED_SYN_RECV -> {
                go(Way.SYN_SENT2);
                client(SYN | ACK, client - 1, server, 0);
            }
            case LAST_ACK_THEN_SYN -> {
                go(Way.LAST_ACK);
                client(SYN, client + 100_000, 0, 0);
            }
            case PICKED_UP_STARTED_OVER -> {
                go(Way.PICKED_UP_REPLIED);
                client += 1000;
                client(SYN, client++, 0, 0);
                server += 5000;
                synAck();
            }
            case SYN_SENT_STRAY_ACK_AND_RST -> {
                syn();
                server(ACK, server, client + 50_000, 0);
                server(RST | ACK, server, client + 60_000, 0);
                client += 50_000;
            }
            case CLOSE_THEN_FIN_OUTSIDE -> {
                syn();
                server(ACK, server, client + 50_000, 0);
                client(RST, client + 50_000, 0, 0);
                client(FIN | ACK, client + 900_000, server + 900_000, 0);
            }
            case ESTABLISHED_THEN_SYN -> {
                open();
                client(SYN, client + 100_000, 0, 0);
            }
        }
        return this;
    }
}
