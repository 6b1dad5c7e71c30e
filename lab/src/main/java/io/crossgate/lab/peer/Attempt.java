package io.crossgate.lab.peer;

import java.net.InetSocketAddress;

/**
 * What a client experienced with one connection, one time.
 *
 * @param startedMillis wall clock, since the epoch
 * @param fault what went wrong; "" if nothing did
 */
record Attempt(long startedMillis, InetSocketAddress local, InetSocketAddress remote, long tookMillis, String fault) {
    /** One line, tabs between: started, client, port, server, port, took, outcome, fault. */
    String line() {
        return startedMillis + "\t" + text(local) + "\t" + text(remote) + "\t" + tookMillis + "\t" + (fault.isEmpty() ? "ok" : "failed") + "\t"
                + fault.replaceAll("\\s+", " ");
    }

    private static String text(InetSocketAddress address) {
        String host = address.getAddress().getHostAddress();
        int zone = host.indexOf('%');
        return (zone < 0 ? host : host.substring(0, zone)) + "\t" + address.getPort();
    }
}
