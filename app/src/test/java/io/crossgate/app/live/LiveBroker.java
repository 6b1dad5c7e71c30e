package io.crossgate.app.live;

import io.crossgate.app.broker.EmbeddedBroker;
import io.crossgate.app.registry.EmbeddedRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;

/** A broker and a registry in a process of their own: prints both addresses in one line, and stays until its standard input ends. */
final class LiveBroker {
    private LiveBroker() {}

    public static void main(String[] arguments) throws IOException {
        try (EmbeddedBroker broker = EmbeddedBroker.start(null);
                EmbeddedRegistry registry = EmbeddedRegistry.start(Map.of("bootstrap.servers", broker.bootstrapServers()),
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
            System.out.println(broker.bootstrapServers() + " " + registry.uri());
            while (System.in.read() >= 0) {
                continue;
            }
        }
    }
}
