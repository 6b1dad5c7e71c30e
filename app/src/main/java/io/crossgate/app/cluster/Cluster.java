package io.crossgate.app.cluster;

import io.crossgate.app.Failure;
import io.crossgate.app.Terminal;
import io.crossgate.schemas.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.TopicExistsException;

/** A Kafka cluster: waits until it can be reached, and makes the topics that are not there. */
public final class Cluster {
    private static final Duration TRY = Duration.ofSeconds(5);
    private static final long PAUSE_MS = 500;
    private static final short BROKER_DEFAULT = -1;

    private final Map<String, Object> client;
    private final Duration patience;

    /**
     * A cluster, not yet asked anything.
     *
     * @param client Kafka client properties, among them {@code bootstrap.servers}
     * @param patience how long to try while it can't be reached
     */
    public Cluster(Map<String, Object> client, Duration patience) {
        this.client = new HashMap<>(client);
        this.patience = patience;
    }

    /** The client properties. */
    public Map<String, Object> client() {
        return client;
    }

    /**
     * Makes every topic that is not there, and gives the number of partitions of the headers topic.
     *
     * @param partitions of topics to be made that are spread; those that are there stay as they are
     * @throws Failure if the cluster can't be reached within the patience, or refuses
     */
    public int prepareTopics(int partitions) {
        return ask(admin -> prepare(admin, partitions));
    }

    /**
     * Waits until the cluster answers.
     *
     * @throws Failure if it does not within the patience
     */
    public void await() {
        ask(admin -> admin.describeCluster().nodes().get(TRY.toMillis(), TimeUnit.MILLISECONDS).size());
    }

    /**
     * Waits until the cluster answers and the topics are there.
     *
     * @throws Failure if they are not within the patience
     */
    public void awaitTopics() {
        long until = System.nanoTime() + patience.toNanos();
        List<String> missing = new ArrayList<>();
        do {
            missing.clear();
            ask(admin -> {
                Set<String> there = admin.listTopics().names().get(TRY.toMillis(), TimeUnit.MILLISECONDS);
                Topics.all().stream().map(Topics.Topic::name).filter(name -> !there.contains(name)).forEach(missing::add);
                return missing.size();
            });
            if (missing.isEmpty()) {
                return;
            }
            pause();
        } while (System.nanoTime() < until);
        throw new Failure("there is no topic " + missing.get(0) + " on " + servers() + ": `crossgate streams` and `crossgate ingest` make it; is one of them running?");
    }

    /** True if the cluster answers within a few seconds. */
    public boolean answers() {
        try (Admin admin = admin()) {
            return !admin.describeCluster().nodes().get(TRY.toMillis(), TimeUnit.MILLISECONDS).isEmpty();
        } catch (ExecutionException | TimeoutException | KafkaException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    private interface Question {
        int ask(Admin admin) throws ExecutionException, InterruptedException, TimeoutException;
    }

    private int ask(Question question) {
        long until = System.nanoTime() + patience.toNanos();
        boolean told = false;
        while (true) {
            try (Admin admin = admin()) {
                return question.ask(admin);
            } catch (ExecutionException e) {
                if (e.getCause() instanceof AuthenticationException) {
                    throw new Failure("the cluster " + servers() + " refuses: " + e.getCause().getMessage(), e);
                }
                if (!retriable(e.getCause())) {
                    throw new Failure("the topics can't be made on " + servers() + ": " + e.getCause().getMessage(), e);
                }
            } catch (TimeoutException e) {
                // tried again below
            } catch (KafkaException e) {
                throw new Failure("no way to " + servers() + ": " + (e.getCause() == null ? e : e.getCause()).getMessage(), e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new Failure("interrupted while waiting for " + servers(), e);
            }
            if (System.nanoTime() > until) {
                throw new Failure("Kafka at " + servers() + " can't be reached (tried for " + patience.toSeconds()
                        + " s): is it running, and is --bootstrap-servers right?");
            }
            if (!told) {
                Terminal.say("crossgate: Kafka at " + servers() + " can't be reached; trying for " + patience.toSeconds() + " s");
                told = true;
            }
            pause();
        }
    }

    private static boolean retriable(Throwable e) {
        return e instanceof org.apache.kafka.common.errors.RetriableException || e instanceof org.apache.kafka.common.errors.TimeoutException;
    }

    private static void pause() {
        try {
            Thread.sleep(PAUSE_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private String servers() {
        return String.valueOf(client.get(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG));
    }

    private Admin admin() {
        Map<String, Object> config = new HashMap<>(client);
        config.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, (int) TRY.toMillis());
        config.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, (int) TRY.toMillis());
        return Admin.create(config);
    }

    private static int prepare(Admin admin, int partitions) throws ExecutionException, InterruptedException, TimeoutException {
        Set<String> there = admin.listTopics().names().get(TRY.toMillis(), TimeUnit.MILLISECONDS);
        int spread = there.contains(Topics.HEADERS.name()) ? partitionsOf(admin, Topics.HEADERS.name()) : partitions;
        List<NewTopic> missing = new ArrayList<>();
        for (Topics.Topic topic : Topics.all()) {
            if (!there.contains(topic.name())) {
                boolean one = topic.kept() != Topics.Kept.PARTITIONED;
                missing.add(new NewTopic(topic.name(), Optional.of(one ? 1 : spread), Optional.of(BROKER_DEFAULT)).configs(config(topic)));
            }
        }
        for (var made : admin.createTopics(missing).values().entrySet()) {
            try {
                made.getValue().get(TRY.toMillis(), TimeUnit.MILLISECONDS);
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof TopicExistsException)) { // another process was quicker
                    throw e;
                }
            }
        }
        Set<String> wanted = new HashSet<>();
        Topics.all().forEach(t -> wanted.add(t.name()));
        admin.describeTopics(wanted).allTopicNames().get(TRY.toMillis(), TimeUnit.MILLISECONDS);
        int headers = partitionsOf(admin, Topics.HEADERS.name());
        int bundles = partitionsOf(admin, Topics.HEADER_BUNDLES.name());
        if (headers != bundles) {
            throw new Failure(Topics.HEADERS + " has " + headers + " partitions and " + Topics.HEADER_BUNDLES + " has " + bundles
                    + ": a flow must be in the same one of either; give both as many, or delete the one that is empty");
        }
        return headers;
    }

    private static int partitionsOf(Admin admin, String topic) throws ExecutionException, InterruptedException, TimeoutException {
        return admin.describeTopics(Set.of(topic)).allTopicNames().get(TRY.toMillis(), TimeUnit.MILLISECONDS).get(topic).partitions().size();
    }

    private static Map<String, String> config(Topics.Topic topic) {
        if (topic.kept() == Topics.Kept.COMPACTED) {
            return Map.of(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT);
        }
        boolean passing = topic.equals(Topics.HEADERS) || topic.equals(Topics.HEADER_BUNDLES) || topic.equals(Topics.TALLIES);
        return passing ? Map.of() : Map.of(TopicConfig.RETENTION_MS_CONFIG, "-1"); // events are few, and what everything is done for
    }
}
