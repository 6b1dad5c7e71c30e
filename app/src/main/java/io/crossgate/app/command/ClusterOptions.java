package io.crossgate.app.command;

import io.crossgate.app.Failure;
import io.crossgate.app.cluster.Cluster;
import io.crossgate.schemas.wire.RegistryClient;
import io.crossgate.streams.Codecs;
import java.io.IOException;
import java.io.Reader;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import picocli.CommandLine.Option;

/** How a command finds its Kafka cluster and schema registry. */
final class ClusterOptions {
    private static final int PARTITIONS = 6;

    @Option(names = "--bootstrap-servers", paramLabel = "HOST:PORT", required = true, description = "Brokers of the cluster, separated by commas.")
    String bootstrapServers;

    @Option(names = "--registry", paramLabel = "URL", defaultValue = "http://127.0.0.1:8081",
            description = "Schema registry (Confluent's REST calls): ${DEFAULT-VALUE} unless given. `crossgate registry` starts one.")
    URI registry;

    @Option(names = "--command-config", paramLabel = "FILE", description = "Properties file with any Kafka client settings (TLS, SASL, …).")
    Path clientProperties;

    @Option(names = "--partitions", paramLabel = "N", description = "Partitions of topics that are not there yet and must be made (" + PARTITIONS + ").")
    int partitions = PARTITIONS;

    @Option(names = "--patience", paramLabel = "TIME", defaultValue = "60s",
            description = "How long to try while the cluster or the registry can't be reached (${DEFAULT-VALUE}).")
    Duration patience;

    Map<String, Object> client() {
        Map<String, Object> client = new HashMap<>();
        if (clientProperties != null) {
            Properties properties = new Properties();
            try (Reader file = Files.newBufferedReader(clientProperties)) {
                properties.load(file);
            } catch (IOException | IllegalArgumentException e) {
                throw new Failure("client properties " + clientProperties + " can't be read: " + e, e);
            }
            properties.forEach((name, value) -> client.put((String) name, value));
        }
        client.put("bootstrap.servers", bootstrapServers);
        return client;
    }

    Cluster cluster() {
        if (partitions < 1) {
            throw new UsageFault("--partitions is 1 or more");
        }
        return new Cluster(client(), patience);
    }

    Codecs codecs() {
        return Codecs.of(registryClient());
    }

    /** Codecs of a command that only reads. */
    Codecs readingCodecs() {
        return Codecs.reading(registryClient());
    }

    RegistryClient registryClient() {
        if (registry.getHost() == null || registry.getScheme() == null || !registry.getScheme().startsWith("http")) {
            throw new UsageFault("--registry is an address such as http://127.0.0.1:8081");
        }
        return new RegistryClient(registry, patience);
    }
}
