package io.crossgate.app.registry;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A schema registry in this process. It answers the calls of Confluent's that clients make to write, read and evolve Avro schemas, and keeps them in the
 * topic {@code _schemas}. There is no login: whoever reaches the address may register schemas.
 */
public final class EmbeddedRegistry implements AutoCloseable {
    private static final int THREADS = 4;

    private final HttpServer server;
    private final ExecutorService threads;
    private final SchemaTopic topic;

    private EmbeddedRegistry(HttpServer server, ExecutorService threads, SchemaTopic topic) {
        this.server = server;
        this.threads = threads;
        this.topic = topic;
    }

    /**
     * Reads the schemas and starts to answer.
     *
     * @param kafkaClientConfig how Kafka clients connect: {@code bootstrap.servers} and what else they need
     * @param listen the address to answer at; port 0 for any that is free
     * @throws RegistryException if Kafka or the address cannot be used
     */
    public static EmbeddedRegistry start(Map<String, Object> kafkaClientConfig, InetSocketAddress listen) {
        limitRequests();
        SchemaTopic topic = null;
        try {
            HttpServer server = HttpServer.create(listen, 0);
            try {
                topic = SchemaTopic.open(kafkaClientConfig);
                SchemaState state = new SchemaState();
                topic.load(state);
                ExecutorService threads = threads();
                server.createContext("/", new HttpFront(new Routes(new SchemaStore(topic, state))));
                server.setExecutor(threads);
                server.start();
                return new EmbeddedRegistry(server, threads, topic);
            } catch (RuntimeException | InterruptedException e) {
                server.stop(0);
                if (topic != null) {
                    topic.close();
                }
                throw e;
            }
        } catch (IOException e) {
            throw new RegistryException("The schema registry cannot listen on " + listen + ": " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RegistryException("The start of the schema registry was interrupted.", e);
        }
    }

    /** Where clients find it, for example {@code http://127.0.0.1:8081}. */
    public URI uri() {
        InetSocketAddress address = server.getAddress();
        InetAddress host = address.getAddress().isAnyLocalAddress() ? InetAddress.getLoopbackAddress() : address.getAddress();
        try {
            return new URI("http", null, host.getHostAddress(), address.getPort(), null, null, null);
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Stops answering. What was registered is in Kafka. Closing twice does nothing. */
    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
        topic.close();
    }

    /** The JDK's server has limits that are off unless these properties are set before it is first used; what the operator has set stays. */
    private static void limitRequests() {
        setIfAbsent("sun.net.httpserver.maxReqTime", "30");
        setIfAbsent("sun.net.httpserver.maxRspTime", "30");
        setIfAbsent("sun.net.httpserver.nodelay", "true");
    }

    private static void setIfAbsent(String name, String value) {
        if (System.getProperty(name) == null) {
            System.setProperty(name, value);
        }
    }

    private static ExecutorService threads() {
        AtomicInteger number = new AtomicInteger();
        return Executors.newFixedThreadPool(THREADS, task -> {
            Thread thread = new Thread(task, "registry-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
    }
}
