package io.crossgate.app.broker;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.Feature;
import org.apache.kafka.server.common.MetadataVersion;

/**
 * A Kafka broker in this process: one node, its own controller, reachable from this machine only, on ports that are free.
 *
 * <p>Starting takes a few seconds. From the first start on, Kafka's server can no longer end this process (see {@link NoExit}).
 */
public final class EmbeddedBroker implements AutoCloseable {
    private static final int ATTEMPTS = 5;

    private final DataFolder data;
    private final KafkaRaftServer server;
    private final String bootstrapServers;
    private boolean closed;

    private EmbeddedBroker(DataFolder data, KafkaRaftServer server, String bootstrapServers) {
        this.data = data;
        this.server = server;
        this.bootstrapServers = bootstrapServers;
    }

    /**
     * Starts a broker and returns when it answers.
     *
     * @param folder where the data are kept for the next start, created where there is none; null for a temporary folder that is removed on close
     * @throws BrokerException if the folder cannot be used or is in use, or if Kafka does not start
     */
    public static EmbeddedBroker start(Path folder) {
        QuietLogs.apply();
        NoExit.apply();
        DataFolder data = DataFolder.open(folder);
        try {
            format(data.kafka());
            return start(data);
        } catch (Exception | Error e) {
            closeAfter(e, data);
            throw new BrokerException("The embedded Kafka broker in " + data.folder() + " does not start: " + BrokerException.words(e), e);
        }
    }

    /** Host and port, as clients want them in {@code bootstrap.servers}. */
    public String bootstrapServers() {
        return bootstrapServers;
    }

    /** Where its data are. */
    public Path folder() {
        return data.folder();
    }

    /** Stops the broker; its data are on disk, or gone if the folder was a temporary one. Closing twice does nothing. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            server.shutdown();
            server.awaitShutdown();
        } finally {
            try {
                data.close();
            } catch (IOException e) {
                throw new BrokerException("The data folder " + data.folder() + " cannot be removed: " + BrokerException.words(e), e);
            }
        }
    }

    private static void format(Path folder) throws Exception {
        if (Files.exists(folder.resolve("meta.properties"))) {
            return;
        }
        new Formatter()
                .setPrintStream(new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8))
                .setSupportedFeatures(Feature.PRODUCTION_FEATURES)
                .setNodeId(BrokerSettings.NODE_ID)
                .setClusterId(Uuid.randomUuid().toString())
                .setReleaseVersion(MetadataVersion.latestProduction())
                .setControllerListenerName(BrokerSettings.CONTROLLER_LISTENER)
                .setMetadataLogDirectory(folder.toString())
                .addDirectory(folder.toString())
                .run();
    }

    private static EmbeddedBroker start(DataFolder data) {
        for (int attempt = 1; ; attempt++) {
            FreePorts ports = freePorts();
            KafkaConfig config = KafkaConfig.fromProps(BrokerSettings.of(data.kafka(), ports.broker(), ports.controller()), false);
            KafkaRaftServer server = new KafkaRaftServer(config, Time.SYSTEM);
            try {
                server.startup();
                return new EmbeddedBroker(data, server, BrokerSettings.address(ports.broker()));
            } catch (RuntimeException | Error e) {
                shutDownAfter(e, server);
                if (attempt == ATTEMPTS || !portWasTaken(e)) {
                    throw e;
                }
            }
        }
    }

    private static FreePorts freePorts() {
        try {
            return FreePorts.find();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean portWasTaken(Throwable failure) {
        for (Throwable at = failure; at != null; at = at.getCause()) {
            if (at instanceof BindException || (at.getMessage() != null && at.getMessage().contains("Address already in use"))) {
                return true;
            }
        }
        return false;
    }

    private static void shutDownAfter(Throwable failure, KafkaRaftServer server) {
        try {
            server.shutdown();
        } catch (RuntimeException | Error e) {
            failure.addSuppressed(e);
        }
    }

    private static void closeAfter(Throwable failure, DataFolder data) {
        try {
            data.close();
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }
}
