package io.crossgate.benchmarks.workload;

/** The plan of addresses: private and documentation networks (RFC 1918, 2544, 3849, 5737). */
final class Addresses {
    /** Clients: 10.64.0.0/10. Those that only ping: 10.128.0.0/9. */
    static final long V4_CLIENTS = 0x0a400000L;
    static final long V4_PINGERS = 0x0a800000L;
    /** Servers: 198.18.16.0 on. */
    static final long V4_SERVERS = 0xc6121000L;
    static final long V4_ATTACKED = 0x0a0a0050L;
    /** Clients of which some return by the firewall, 10.20.30.0/24; others of the same service, 10.20.40.0/24; the service, 203.0.113.50. */
    static final long V4_AFFECTED = 0x0a141e00L;
    static final long V4_UNAFFECTED = 0x0a142800L;
    static final long V4_SERVICE = 0xcb007132L;

    /** The same in IPv6, upper halves: 2001:db8:1::/64 and so on. */
    static final long V6_CLIENTS = 0x20010db800010000L;
    static final long V6_PINGERS = 0x20010db800020000L;
    static final long V6_SERVERS = 0x20010db8ffff0000L;
    static final long V6_ATTACKED = 0x20010db800030000L;
    static final long V6_AFFECTED = 0x20010db800300000L;
    static final long V6_UNAFFECTED = 0x20010db800400000L;
    static final long V6_SERVICE = 0x20010db8000f0000L;

    private Addresses() {}
}
