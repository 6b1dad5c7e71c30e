package io.crossgate.app.broker;

import java.nio.file.Path;

/** Starts a broker in a process of its own, with the JVM's default logging, and ends without a word when it is closed. */
final class OwnProcess {
    private OwnProcess() {}

    /** @param args the data folder, or nothing for a temporary one */
    public static void main(String[] args) {
        try {
            long start = System.nanoTime();
            EmbeddedBroker broker = EmbeddedBroker.start(args.length == 0 ? null : Path.of(args[0]));
            long up = System.nanoTime();
            broker.close();
            if (Boolean.getBoolean("times")) {
                System.out.println("start " + (up - start) / 1_000_000 + " ms, stop " + (System.nanoTime() - up) / 1_000_000 + " ms");
            }
        } catch (BrokerException e) {
            System.out.println(e.getMessage());
        }
    }
}
