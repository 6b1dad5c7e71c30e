package io.crossgate.lab;

/**
 * What a client experienced with one connection in one phase.
 *
 * @param startedMillis since the epoch
 * @param fault "" if it went well
 */
record Experience(String phase, long startedMillis, String client, int clientPort, String server, int serverPort, long tookMillis, boolean ok, String fault) {
    static final String HEADING = "phase\tstarted_ms\tclient\tclient_port\tserver\tserver_port\ttook_ms\toutcome\tfault";

    /** From a line of a client's report. */
    static Experience of(String phase, String line) {
        String[] f = line.split("\t", -1);
        return new Experience(phase, Long.parseLong(f[0]), f[1], Integer.parseInt(f[2]), f[3], Integer.parseInt(f[4]), Long.parseLong(f[5]), f[6].equals("ok"), f[7]);
    }

    String line() {
        return String.join("\t", phase, Long.toString(startedMillis), client, Integer.toString(clientPort), server, Integer.toString(serverPort),
                Long.toString(tookMillis), ok ? "ok" : "failed", fault);
    }
}
