package io.crossgate.detect.conntrack;

import java.util.Locale;

/** The settings of nf_conntrack that change what it says of a packet, under their kernel names (net.netfilter.*), with the kernel's defaults. Times are in seconds. */
public enum ConntrackSetting {
    /** 1: a connection may be picked up in its middle. */
    TCP_LOOSE(1, 1),
    /** 1: of packets outside the window, only RST is INVALID. */
    TCP_BE_LIBERAL(0, 1),
    /** 1: a RST that is older than what the other side acknowledged is not INVALID. */
    TCP_IGNORE_INVALID_RST(0, 1),
    /** 1: checksums are verified. */
    CHECKSUM(1, 1),
    /** So many equal ACKs without an answer shorten an entry's life. */
    TCP_MAX_RETRANS(3, 255),
    TCP_TIMEOUT_SYN_SENT(120),
    TCP_TIMEOUT_SYN_RECV(60),
    TCP_TIMEOUT_ESTABLISHED(432_000),
    TCP_TIMEOUT_FIN_WAIT(120),
    TCP_TIMEOUT_CLOSE_WAIT(60),
    TCP_TIMEOUT_LAST_ACK(30),
    TCP_TIMEOUT_TIME_WAIT(120),
    TCP_TIMEOUT_CLOSE(10),
    /** After {@link #TCP_MAX_RETRANS}, and while the window is closed. */
    TCP_TIMEOUT_MAX_RETRANS(300),
    /** While data is not acknowledged, and of a connection picked up in its middle that has not been answered. */
    TCP_TIMEOUT_UNACKNOWLEDGED(300),
    ICMP_TIMEOUT(30),
    ICMPV6_TIMEOUT(30),
    UDP_TIMEOUT(30),
    /** Of UDP that went on in both directions for more than two seconds. */
    UDP_TIMEOUT_STREAM(120),
    /** Of protocols that are followed by their addresses alone. */
    GENERIC_TIMEOUT(600);

    private static final long MAX_SECONDS = Integer.MAX_VALUE;
    private static final String PREFIX = "nf_conntrack_";

    private final String kernelName;
    private final long defaultValue;
    private final long maximum;

    ConntrackSetting(long seconds) {
        this(seconds, MAX_SECONDS);
    }

    ConntrackSetting(long defaultValue, long maximum) {
        this.kernelName = PREFIX + name().toLowerCase(Locale.ROOT);
        this.defaultValue = defaultValue;
        this.maximum = maximum;
    }

    /** For example {@code nf_conntrack_tcp_loose}. */
    public String kernelName() {
        return kernelName;
    }

    public long defaultValue() {
        return defaultValue;
    }

    /** The largest value; the smallest is 0. */
    public long maximum() {
        return maximum;
    }

    /**
     * The setting of that kernel name.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static ConntrackSetting of(String kernelName) {
        for (ConntrackSetting setting : values()) {
            if (setting.kernelName.equals(kernelName)) {
                return setting;
            }
        }
        throw new IllegalArgumentException("no setting is called " + kernelName);
    }
}
