package io.crossgate.feeds.event;

/** How much an event matters, with the number that each format has for it. */
public enum Severity {
    /** Nothing is wrong that is known. */
    INFORMATIONAL(1, 1, 6, 3),
    /** One packet, or a route that is not what it seems. */
    LOW(3, 2, 5, 3),
    /** One connection that fails. */
    MEDIUM(5, 3, 4, 2),
    /** Connections of a whole prefix fail. */
    HIGH(8, 4, 3, 1);

    /** CEF, 0 to 10; also ECS' {@code event.severity}. */
    public final int cef;
    /** OCSF's {@code severity_id}, 1 to 4 of its 6. */
    public final int ocsf;
    /** Syslog (RFC 5424 section 6.2.1): 3 error, 4 warning, 5 notice, 6 informational. */
    public final int syslog;
    /** A Suricata alert's, 1 is the gravest. */
    public final int eve;

    Severity(int cef, int ocsf, int syslog, int eve) {
        this.cef = cef;
        this.ocsf = ocsf;
        this.syslog = syslog;
        this.eve = eve;
    }
}
