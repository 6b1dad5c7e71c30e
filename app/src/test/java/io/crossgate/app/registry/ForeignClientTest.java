package io.crossgate.app.registry;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.crossgate.app.broker.EmbeddedBroker;
import io.crossgate.schemas.record.Headers;
import io.crossgate.schemas.record.OrphanedSynAckRecord;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericRecord;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;

/** A Node.js program with npm's kafkajs and @kafkajs/confluent-schema-registry reads the topics: it has nothing of ours but two addresses. */
class ForeignClientTest {
    private static final String HEADERS = "crossgate.headers.v1";
    private static final String ORPHANS = "crossgate.events.orphaned-syn-ack.v1";

    private final Schema headers = Headers.getClassSchema();
    private final Schema orphan = OrphanedSynAckRecord.getClassSchema();

    @Test
    void aNodeProgramReadsEveryFieldOfHeadersAndEvents() throws Exception {
        NodeClient node = NodeClient.install();
        try (EmbeddedBroker broker = EmbeddedBroker.start(null);
                EmbeddedRegistry registry = EmbeddedRegistry.start(kafka(broker), new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
            List<JsonNode> expected = write(broker, new RestCalls(registry.uri()));
            List<JsonNode> read = new ArrayList<>();
            for (String line : node.read(broker.bootstrapServers(), registry.uri().toString(), expected.size(), HEADERS, ORPHANS)) {
                read.add(RestCalls.json(line));
            }
            assertThat(read).containsExactlyInAnyOrderElementsOf(expected);
            JsonNode synAck = read.stream().filter(r -> !r.at("/value/headers/0").isMissingNode()).findFirst().orElseThrow();
            assertThat(synAck.at("/key").asText()).isEqualTo(SampleRecords.COMMUNITY_ID);
            assertThat(synAck.at("/value/headers/0/time").asLong()).isEqualTo(1_763_848_800_123_456L);
            assertThat(synAck.at("/value/headers/0/seq").asLong()).isEqualTo(4_294_967_295L);
            assertThat(synAck.at("/value/flow/lowAddress").asText()).isEqualTo("0a141e28");
        }
    }

    /** Registers both schemas, writes the records, and tells what a reader should say of them. */
    private List<JsonNode> write(EmbeddedBroker broker, RestCalls registry) throws Exception {
        try (Admin admin = Admin.create(kafka(broker))) {
            admin.createTopics(List.of(new NewTopic(HEADERS, 2, (short) 1), new NewTopic(ORPHANS, 1, (short) 1))).all().get();
        }
        int headersId = registry.register(HEADERS + "-value", headers.toString());
        int orphanId = registry.register(ORPHANS + "-value", orphan.toString());
        assertThat(headersId).isNotEqualTo(orphanId);
        try (KafkaProducer<String, byte[]> producer = new KafkaProducer<>(kafka(broker), new StringSerializer(), new ByteArraySerializer())) {
            return List.of(
                    send(producer, HEADERS, SampleRecords.COMMUNITY_ID, headersId, SampleRecords.headers(headers)),
                    send(producer, HEADERS, null, headersId, SampleRecords.heartbeat(headers)),
                    send(producer, ORPHANS, SampleRecords.COMMUNITY_ID, orphanId, SampleRecords.orphan(orphan)));
        }
    }

    private static JsonNode send(KafkaProducer<String, byte[]> producer, String topic, String key, int id, GenericRecord record) throws Exception {
        producer.send(new ProducerRecord<>(topic, key, SampleRecords.framed(id, record))).get();
        ObjectNode expected = Json.object().put("topic", topic).put("key", key);
        expected.set("value", SampleRecords.json(record));
        return RestCalls.json(expected.toString());
    }

    private static Map<String, Object> kafka(EmbeddedBroker broker) {
        return Map.of("bootstrap.servers", broker.bootstrapServers());
    }
}
