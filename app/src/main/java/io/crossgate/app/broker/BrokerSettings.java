package io.crossgate.app.broker;

import java.nio.file.Path;
import java.util.Properties;

/** Kafka's settings for one broker that is its own controller, keeps everything, and serves this machine only. */
final class BrokerSettings {
    static final int NODE_ID = 1;
    static final String CONTROLLER_LISTENER = "CONTROLLER";
    private static final String BROKER_LISTENER = "BROKER";
    private static final String HOST = "127.0.0.1";

    private BrokerSettings() {}

    static String address(int port) {
        return HOST + ":" + port;
    }

    static Properties of(Path folder, int brokerPort, int controllerPort) {
        Properties p = new Properties();
        p.setProperty("process.roles", "broker,controller");
        p.setProperty("node.id", Integer.toString(NODE_ID));
        p.setProperty("log.dirs", folder.toString());
        p.setProperty("listeners", BROKER_LISTENER + "://" + address(brokerPort) + "," + CONTROLLER_LISTENER + "://" + address(controllerPort));
        p.setProperty("advertised.listeners", BROKER_LISTENER + "://" + address(brokerPort));
        p.setProperty("listener.security.protocol.map", BROKER_LISTENER + ":PLAINTEXT," + CONTROLLER_LISTENER + ":PLAINTEXT");
        p.setProperty("inter.broker.listener.name", BROKER_LISTENER);
        p.setProperty("controller.listener.names", CONTROLLER_LISTENER);
        p.setProperty("controller.quorum.voters", NODE_ID + "@" + address(controllerPort));
        aloneInTheCluster(p);
        keepEverything(p);
        small(p);
        return p;
    }

    private static void aloneInTheCluster(Properties p) {
        p.setProperty("default.replication.factor", "1");
        p.setProperty("min.insync.replicas", "1");
        p.setProperty("offsets.topic.replication.factor", "1");
        p.setProperty("offsets.topic.num.partitions", "1");
        p.setProperty("transaction.state.log.replication.factor", "1");
        p.setProperty("transaction.state.log.min.isr", "1");
        p.setProperty("transaction.state.log.num.partitions", "1");
        p.setProperty("share.coordinator.state.topic.replication.factor", "1");
        p.setProperty("share.coordinator.state.topic.min.isr", "1");
        p.setProperty("share.coordinator.state.topic.num.partitions", "1");
        p.setProperty("group.initial.rebalance.delay.ms", "0");
        p.setProperty("auto.create.topics.enable", "false");
        p.setProperty("server.max.startup.time.ms", "60000");
        // After a kill, the next start waits until the killed broker counts as gone.
        p.setProperty("broker.session.timeout.ms", "4000");
        p.setProperty("broker.heartbeat.interval.ms", "1000");
    }

    /** A kept folder is the user's to delete: age deletes nothing, and no record's time, whatever its producer sets, is refused. */
    private static void keepEverything(Properties p) {
        p.setProperty("log.retention.ms", "-1");
        p.setProperty("log.message.timestamp.before.max.ms", Long.toString(Long.MAX_VALUE));
        p.setProperty("log.message.timestamp.after.max.ms", Long.toString(Long.MAX_VALUE));
        // A kept folder may lie unused for longer than Kafka's week.
        p.setProperty("offsets.retention.minutes", Integer.toString(Integer.MAX_VALUE));
    }

    /** For a broker that shares the machine's cores with all of its few clients. */
    private static void small(Properties p) {
        p.setProperty("log.cleaner.dedupe.buffer.size", "2097152");
        // Each client has a connection or two: more threads only take turns. One reads and writes sockets as fast as the clients can.
        p.setProperty("num.network.threads", "1");
        p.setProperty("num.io.threads", "2");
        // Whole batches of 256 KiB in few system calls.
        p.setProperty("socket.send.buffer.bytes", "1048576");
        p.setProperty("socket.receive.buffer.bytes", "1048576");
        // A producer's record of a partition is refused above 1 MiB anyway; an index entry for each 64 KiB is enough for readers that read from start to end.
        p.setProperty("log.index.interval.bytes", "65536");
        p.setProperty("background.threads", "2");
        p.setProperty("group.coordinator.threads", "1");
        p.setProperty("share.coordinator.threads", "1");
    }
}
