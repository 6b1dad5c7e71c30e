package io.crossgate.benchmarks.workload;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * One captured packet, built in a buffer that is used again and again. Payload bytes are zero, so that checksums are right whatever the snap length leaves of
 * them.
 *
 * <pre>
 *   0            16          30                                  headers      16 + captured
 *   | pcap record | Ethernet | [outer IP, GRE or UDP and VXLAN] | IP | TCP or ICMP | zeros |
 * </pre>
 */
final class Frame {
    static final int RECORD_HEADER = 16;
    static final VarHandle LITTLE_INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    static final VarHandle LITTLE_SHORT = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle SHORT = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    static final int FIN = 1;
    static final int SYN = 2;
    static final int RST = 4;
    static final int PSH = 8;
    static final int ACK = 16;

    private static final int IPV4 = 0x0800;
    private static final int IPV6 = 0x86dd;
    private static final int PROTOCOL_ICMP = 1;
    private static final int PROTOCOL_TCP = 6;
    private static final int PROTOCOL_UDP = 17;
    private static final int PROTOCOL_GRE = 47;
    private static final int PROTOCOL_ICMPV6 = 58;
    private static final int VXLAN_PORT = 4789;
    private static final int ETHERNET = 14;
    /** Tunnel ends, in network 198.18.0.0/15 (RFC 2544): one on each side. */
    private static final int TUNNEL_LAN = 0xc6120001;
    private static final int TUNNEL_WAN = 0xc6130001;
    private static final int TUNNEL_TTL = 64;
    private static final int PING_DATA = 56;

    private final int snapLength;
    final byte[] bytes;
    /** Bytes of the record: its header, and the packet as far as captured. */
    int length;
    /** Where the IP header is whose TTL a router lowers. */
    private int routedIp;
    private boolean routedIpv6;

    Frame(int snapLength) {
        this.snapLength = snapLength;
        bytes = new byte[RECORD_HEADER + Math.max(snapLength, 256)];
    }

    /** Writes a record's time. */
    static void stamp(byte[] record, long time) {
        LITTLE_INT.set(record, 0, (int) (time / 1_000_000_000));
        LITTLE_INT.set(record, 4, (int) (time % 1_000_000_000));
    }

    /** Sets when the packet was seen, nanoseconds since 1970, and the link addresses of a hop: those of a gateway's side. */
    void seen(long time, int gateway, boolean lanSide, boolean entering) {
        stamp(bytes, time);
        int own = 0x10 + gateway * 2 + (lanSide ? 0 : 1);
        int neighbour = lanSide ? 0x01 : 0x02;
        link(RECORD_HEADER, entering ? neighbour : own, entering ? own : neighbour);
    }

    private void link(int at, int source, int destination) {
        SHORT.set(bytes, at, (short) 0x0200);
        INT.set(bytes, at + 2, destination);
        SHORT.set(bytes, at + 6, (short) 0x0200);
        INT.set(bytes, at + 8, source);
    }

    /** What routing does: TTL one lower, and the header checksum with it (RFC 1624). */
    void route() {
        if (routedIpv6) {
            bytes[routedIp + 7]--;
            return;
        }
        bytes[routedIp + 8]--;
        int sum = ((short) SHORT.get(bytes, routedIp + 10) & 0xffff) + 0x0100;
        SHORT.set(bytes, routedIp + 10, (short) (sum + (sum >>> 16)));
    }

    /**
     * A TCP segment.
     *
     * @param sackFrom left edge of the one SACK block; with {@code sackTo} equal, there is none
     */
    void tcp(Talk t, boolean byClient, int flags, int seq, int ack, int window, int payload, int tsVal, int tsEcr, int sackFrom, int sackTo) {
        boolean syn = (flags & SYN) != 0;
        boolean bare = (flags & RST) != 0; // a reset carries no options
        int options = syn ? 20 : bare ? 0 : sackFrom != sackTo ? 24 : 12;
        int size = 20 + options;
        int tcp = ip(t, byClient, PROTOCOL_TCP, size + payload);
        SHORT.set(bytes, tcp, (short) (byClient ? t.clientPort : t.serverPort));
        SHORT.set(bytes, tcp + 2, (short) (byClient ? t.serverPort : t.clientPort));
        INT.set(bytes, tcp + 4, seq);
        INT.set(bytes, tcp + 8, ack);
        SHORT.set(bytes, tcp + 12, (short) (size / 4 << 12 | flags));
        SHORT.set(bytes, tcp + 14, (short) window);
        INT.set(bytes, tcp + 16, 0);
        int o = tcp + 20;
        if (syn) {
            INT.set(bytes, o, 0x02040000 | (t.ipv6 ? 1440 : 1460));
            INT.set(bytes, o + 4, 0x0402080a); // SACK permitted, timestamps
            INT.set(bytes, o + 8, tsVal);
            INT.set(bytes, o + 12, tsEcr);
            INT.set(bytes, o + 16, 0x01030300 | Talk.WINDOW_SCALE);
        } else if (!bare) {
            INT.set(bytes, o, 0x0101080a);
            INT.set(bytes, o + 4, tsVal);
            INT.set(bytes, o + 8, tsEcr);
            if (sackFrom != sackTo) {
                INT.set(bytes, o + 12, 0x0101050a);
                INT.set(bytes, o + 16, sackFrom);
                INT.set(bytes, o + 20, sackTo);
            }
        }
        int sum = t.addressSum + PROTOCOL_TCP + size + payload + sum(tcp, size);
        SHORT.set(bytes, tcp + 16, (short) complement(sum));
        finish(tcp + size, payload);
    }

    /** An echo request, or the reply to it, with 56 bytes of data. */
    void echo(Talk t, boolean byClient, int id, int sequence) {
        int protocol = t.ipv6 ? PROTOCOL_ICMPV6 : PROTOCOL_ICMP;
        int icmp = ip(t, byClient, protocol, 8 + PING_DATA);
        int type = t.ipv6 ? byClient ? 128 : 129 : byClient ? 8 : 0;
        INT.set(bytes, icmp, type << 24);
        SHORT.set(bytes, icmp + 4, (short) id);
        SHORT.set(bytes, icmp + 6, (short) sequence);
        int sum = sum(icmp, 8) + (t.ipv6 ? t.addressSum + protocol + 8 + PING_DATA : 0);
        SHORT.set(bytes, icmp + 2, (short) complement(sum));
        finish(icmp + 8, PING_DATA);
    }

    /** Writes link and IP headers, and those of a tunnel around them; gives where what IP carries begins. */
    private int ip(Talk t, boolean byClient, int protocol, int carried) {
        int inner = carried + (t.ipv6 ? 40 : 20);
        int at = RECORD_HEADER + ETHERNET;
        if (t.tunnel == Talk.NO_TUNNEL) {
            SHORT.set(bytes, RECORD_HEADER + 12, (short) (t.ipv6 ? IPV6 : IPV4));
            routedIp = at;
            routedIpv6 = t.ipv6;
        } else {
            SHORT.set(bytes, RECORD_HEADER + 12, (short) IPV4);
            routedIp = at;
            routedIpv6 = false;
            boolean vxlan = t.tunnel == Talk.VXLAN;
            int around = vxlan ? 8 + 8 + ETHERNET : 4;
            ipv4(at, vxlan ? PROTOCOL_UDP : PROTOCOL_GRE, inner + around, t.nextIpId(byClient), TUNNEL_TTL, byClient ? TUNNEL_LAN : TUNNEL_WAN,
                    byClient ? TUNNEL_WAN : TUNNEL_LAN);
            at += 20;
            if (vxlan) {
                SHORT.set(bytes, at, (short) (0xc000 | t.clientPort & 0x3fff));
                SHORT.set(bytes, at + 2, (short) VXLAN_PORT);
                SHORT.set(bytes, at + 4, (short) (inner + around));
                SHORT.set(bytes, at + 6, (short) 0); // none, as RFC 7348 has it
                INT.set(bytes, at + 8, 0x08000000);
                INT.set(bytes, at + 12, 42 << 8);
                at += 16;
                link(at, byClient ? 0x21 : 0x22, byClient ? 0x22 : 0x21);
                SHORT.set(bytes, at + 12, (short) (t.ipv6 ? IPV6 : IPV4));
                at += ETHERNET;
            } else {
                INT.set(bytes, at, t.ipv6 ? IPV6 : IPV4);
                at += 4;
            }
        }
        int ttl = byClient ? t.clientTtl : t.serverTtl;
        if (t.ipv6) {
            INT.set(bytes, at, 0x60000000);
            SHORT.set(bytes, at + 4, (short) carried);
            SHORT.set(bytes, at + 6, (short) (protocol << 8 | ttl));
            LONG.set(bytes, at + 8, byClient ? t.clientHigh : t.serverHigh);
            LONG.set(bytes, at + 16, byClient ? t.clientLow : t.serverLow);
            LONG.set(bytes, at + 24, byClient ? t.serverHigh : t.clientHigh);
            LONG.set(bytes, at + 32, byClient ? t.serverLow : t.clientLow);
            return at + 40;
        }
        ipv4(at, protocol, carried, t.nextIpId(byClient), ttl, (int) (byClient ? t.clientLow : t.serverLow), (int) (byClient ? t.serverLow : t.clientLow));
        return at + 20;
    }

    private void ipv4(int at, int protocol, int carried, int id, int ttl, int source, int destination) {
        INT.set(bytes, at, 0x45000000 | 20 + carried);
        INT.set(bytes, at + 4, id << 16 | 0x4000);
        INT.set(bytes, at + 8, ttl << 24 | protocol << 16);
        INT.set(bytes, at + 12, source);
        INT.set(bytes, at + 16, destination);
        SHORT.set(bytes, at + 10, (short) complement(sum(at, 20)));
    }

    private void finish(int headersEnd, int payload) {
        int onWire = headersEnd - RECORD_HEADER + payload;
        int captured = Math.min(onWire, snapLength);
        int to = RECORD_HEADER + captured;
        if (headersEnd < to) {
            Arrays.fill(bytes, headersEnd, to, (byte) 0);
        }
        LITTLE_INT.set(bytes, 8, captured);
        LITTLE_INT.set(bytes, 12, onWire);
        length = to;
    }

    private int sum(int from, int size) {
        int sum = 0;
        for (int i = from; i < from + size; i += 2) {
            sum += (short) SHORT.get(bytes, i) & 0xffff;
        }
        return sum;
    }

    private static int complement(int sum) {
        int folded = (sum & 0xffff) + (sum >>> 16);
        return ~(folded + (folded >>> 16));
    }

    /** Sum of the 16-bit words of a number, for checksums. */
    static int words(long number) {
        return (int) ((number & 0xffff) + (number >>> 16 & 0xffff) + (number >>> 32 & 0xffff) + (number >>> 48));
    }
}
