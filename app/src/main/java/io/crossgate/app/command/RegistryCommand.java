package io.crossgate.app.command;

import io.crossgate.app.Terminal;
import io.crossgate.app.cluster.Cluster;
import io.crossgate.app.registry.EmbeddedRegistry;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(name = "registry", mixinStandardHelpOptions = true, sortOptions = false,
        description = "A schema registry that answers Confluent's REST calls and keeps its schemas in the cluster's _schemas topic.",
        footer = {"", "Example:", "  crossgate registry --bootstrap-servers 127.0.0.1:9092"})
final class RegistryCommand implements Callable<Integer> {
    @Option(names = "--bootstrap-servers", paramLabel = "HOST:PORT", required = true, description = "Brokers of the cluster, separated by commas.")
    String bootstrapServers;

    @Option(names = "--command-config", paramLabel = "FILE", description = "Properties file with any Kafka client settings (TLS, SASL, …).")
    Path clientProperties;

    @Option(names = "--listen", paramLabel = "HOST:PORT", defaultValue = "127.0.0.1:8081",
            description = "Where to answer: ${DEFAULT-VALUE} unless given. There is no login: whoever reaches it may register schemas.")
    String listen;

    @Option(names = "--patience", paramLabel = "TIME", defaultValue = "60s", description = "How long to try while the cluster can't be reached (${DEFAULT-VALUE}).")
    Duration patience;

    @Override
    public Integer call() throws InterruptedException {
        InetSocketAddress address = address();
        ClusterOptions options = new ClusterOptions();
        options.bootstrapServers = bootstrapServers;
        options.clientProperties = clientProperties;
        options.patience = patience;
        Map<String, Object> client = options.client();
        new Cluster(client, patience).await();
        try (StopSignal stop = new StopSignal(); EmbeddedRegistry registry = EmbeddedRegistry.start(client, address)) {
            Terminal.say("Schema registry " + registry.uri() + ": Ctrl-C stops it.");
            while (!stop.await(Duration.ofMinutes(1))) {
                continue;
            }
        }
        return Exit.DONE;
    }

    private InetSocketAddress address() {
        int colon = listen.lastIndexOf(':');
        try {
            String host = listen.substring(0, colon).replaceAll("[\\[\\]]", "");
            return new InetSocketAddress(InetAddress.getByName(host), Integer.parseInt(listen.substring(colon + 1)));
        } catch (UnknownHostException | IllegalArgumentException | IndexOutOfBoundsException e) {
            throw new UsageFault("--listen is HOST:PORT, for example 127.0.0.1:8081");
        }
    }
}
