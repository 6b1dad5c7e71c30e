package io.crossgate.app.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedBrokerTest {
    private static final String TOPIC = "things";

    @TempDir
    Path temp;

    @Test
    void servesARecordOfAnyAgeWithinSeconds() throws Exception {
        long start = System.nanoTime();
        try (EmbeddedBroker broker = EmbeddedBroker.start(null)) {
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(30));
            createTopic(broker);
            produce(broker, 1L, "from 1970");
            produce(broker, Long.MAX_VALUE, "from the far future");
            assertThat(consume(broker, "g", 2)).containsExactly("from 1970", "from the far future");
        }
    }

    @Test
    void aTransactionCommits() throws Exception {
        try (EmbeddedBroker broker = EmbeddedBroker.start(null)) {
            createTopic(broker);
            Map<String, Object> config = Map.of("bootstrap.servers", broker.bootstrapServers(), "transactional.id", "t");
            try (KafkaProducer<String, String> producer = new KafkaProducer<>(config, new StringSerializer(), new StringSerializer())) {
                producer.initTransactions();
                producer.beginTransaction();
                producer.send(new ProducerRecord<>(TOPIC, "k", "in a transaction"));
                producer.commitTransaction();
            }
            assertThat(consume(broker, "g", 1)).containsExactly("in a transaction");
        }
    }

    @Test
    void aKeptFolderKeepsRecordsAndCommittedOffsets() throws Exception {
        Path folder = temp.resolve("deep/data");
        try (EmbeddedBroker broker = EmbeddedBroker.start(folder)) {
            createTopic(broker);
            produce(broker, 1L, "one");
            produce(broker, 2L, "two");
            assertThat(consume(broker, "reader", 2)).containsExactly("one", "two");
        }
        try (EmbeddedBroker broker = EmbeddedBroker.start(folder)) {
            produce(broker, 3L, "three");
            assertThat(consume(broker, "reader", 1)).containsExactly("three");
            assertThat(consume(broker, "newcomer", 3)).containsExactly("one", "two", "three");
        }
    }

    @Test
    void theFolderOfABrokerThatWasKilledOpensAgain() throws Exception {
        Path folder = temp.resolve("data");
        Path copy = temp.resolve("copy");
        try (EmbeddedBroker broker = EmbeddedBroker.start(folder)) {
            createTopic(broker);
            produce(broker, 1L, "one");
            copy(folder, copy);
        }
        try (EmbeddedBroker broker = EmbeddedBroker.start(copy)) {
            assertThat(consume(broker, "g", 1)).containsExactly("one");
        }
    }

    @Test
    void twoBrokersOnOneFolderAreRefusedAndTheFirstGoesOn() throws Exception {
        try (EmbeddedBroker broker = EmbeddedBroker.start(temp)) {
            assertThatThrownBy(() -> EmbeddedBroker.start(temp)).isInstanceOf(BrokerException.class)
                    .hasMessage("The data folder " + temp + " is in use by another Crossgate: stop that one, or name another folder.");
            createTopic(broker);
            produce(broker, 1L, "still here");
        }
    }

    @Test
    void twoBrokersOnTwoFoldersAreStrangers() throws Exception {
        try (EmbeddedBroker one = EmbeddedBroker.start(null); EmbeddedBroker other = EmbeddedBroker.start(null)) {
            createTopic(one);
            createTopic(other);
            produce(one, 1L, "one's");
            produce(other, 1L, "the other's");
            assertThat(consume(one, "g", 1)).containsExactly("one's");
            assertThat(consume(other, "g", 1)).containsExactly("the other's");
        }
    }

    @Test
    void aTemporaryFolderIsGoneAfterAQuickClose() {
        EmbeddedBroker broker = EmbeddedBroker.start(null);
        Path folder = broker.folder();
        assertThat(folder).isDirectory();
        long start = System.nanoTime();
        broker.close();
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
        assertThat(folder).doesNotExist();
        broker.close();
    }

    @Test
    void aFolderThatCannotBeIsRefusedInOneLine() throws Exception {
        Path file = Files.writeString(temp.resolve("file"), "not a folder");
        assertThatThrownBy(() -> EmbeddedBroker.start(file)).isInstanceOf(BrokerException.class)
                .hasMessageStartingWith("The data folder " + file + " cannot be used").hasMessageNotContaining("\n");
    }

    @Test
    void aDamagedFolderIsRefusedInOneLineAndUnlocked() throws Exception {
        Path folder = temp.resolve("data");
        Files.createDirectories(folder.resolve("kafka"));
        Files.writeString(folder.resolve("kafka/meta.properties"), "version=1\nnode.id=7\ncluster.id=abc\n");
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> EmbeddedBroker.start(folder)).isInstanceOf(BrokerException.class)
                    .hasMessageStartingWith("The embedded Kafka broker in " + folder + " does not start: ").hasMessageNotContaining("\n");
        }
    }

    private static void createTopic(EmbeddedBroker broker) throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            admin.createTopics(List.of(new NewTopic(TOPIC, 1, (short) 1))).all().get();
        }
    }

    private static void produce(EmbeddedBroker broker, long timestamp, String value) throws Exception {
        Map<String, Object> config = Map.of("bootstrap.servers", broker.bootstrapServers());
        try (KafkaProducer<String, String> producer = new KafkaProducer<>(config, new StringSerializer(), new StringSerializer())) {
            producer.send(new ProducerRecord<>(TOPIC, 0, timestamp, "k", value)).get();
        }
    }

    /** Reads until {@code count} values have come, commits, and gives them. */
    private static List<String> consume(EmbeddedBroker broker, String group, int count) {
        Map<String, Object> config = Map.of("bootstrap.servers", broker.bootstrapServers(), "group.id", group,
                "auto.offset.reset", "earliest", "enable.auto.commit", "false", "isolation.level", "read_committed");
        List<String> values = new ArrayList<>();
        try (KafkaConsumer<String, String> consumer = new KafkaConsumer<>(config, new StringDeserializer(), new StringDeserializer())) {
            consumer.subscribe(List.of(TOPIC));
            long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
            while (values.size() < count && System.nanoTime() < deadline) {
                for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofMillis(100))) {
                    values.add(record.value());
                }
            }
            consumer.commitSync();
        }
        return values;
    }

    private static void copy(Path from, Path to) throws Exception {
        try (var paths = Files.walk(from)) {
            for (Path path : paths.toList()) {
                Files.copy(path, to.resolve(from.relativize(path).toString()));
            }
        }
    }
}
