package io.crossgate.app.broker;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;

/** TCP ports of the loopback address that nobody listened on a moment ago. Kafka must be told its ports before it opens them, so another process may be quicker. */
record FreePorts(int broker, int controller) {
    static FreePorts find() throws IOException {
        InetAddress loopback = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
        try (ServerSocket broker = new ServerSocket(); ServerSocket controller = new ServerSocket()) {
            broker.bind(new InetSocketAddress(loopback, 0));
            controller.bind(new InetSocketAddress(loopback, 0));
            return new FreePorts(broker.getLocalPort(), controller.getLocalPort());
        }
    }
}
