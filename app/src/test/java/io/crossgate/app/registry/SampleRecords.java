package io.crossgate.app.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;

/** Records with something in every kind of field, made from their schemas alone, and what a reader should make of them. */
final class SampleRecords {
    static final String COMMUNITY_ID = "1:LQU9qZlK+B5F3KDmev6m5PMibrg=";
    private static final long MICROS = 1_763_848_800_123_456L;

    private SampleRecords() {}

    /** A batch of two packets, of which the first has all that a packet can have, an ICMP error too, and the second nothing. */
    static GenericRecord headers(Schema schema) {
        Schema flow = member(schema, "flow");
        Schema header = schema.getField("headers").schema().getElementType();
        Map<String, Object> unreachable = Map.of("type", 3, "code", 1, "id", -1, "sequence", -1, "quoted", record(member(member(header, "icmp"), "quoted"),
                Map.of("source", bytes("c0000201"), "destination", bytes("c0000202"), "protocol", 6, "sourcePort", 443, "destinationPort", 51000, "seq", 4_294_967_295L)));
        Map<String, Object> tunnel = Map.of("kinds", 2, "outerSource", bytes("20010db8000000000000000000000001"), "outerDestination", bytes("20010db8000000000000000000000002"));
        GenericRecord synAck = record(header, Map.of("time", MICROS, "timeNanos", 789, "ttl", 61, "ipId", 4711, "ipLength", 60, "checksum", 1, "seq", 4_294_967_295L,
                "ack", 1001L, "flags", 18, "window", 65_535));
        synAck.put("sack", List.of(record(header.getField("sack").schema().getElementType(), Map.of("left", 1L, "right", 4_294_967_295L))));
        synAck.put("timestamps", record(member(header, "timestamps"), Map.of("tsVal", 4_294_967_295L, "tsEcr", 7L)));
        synAck.put("icmp", record(member(header, "icmp"), unreachable));
        synAck.put("tunnel", record(member(header, "tunnel"), tunnel));
        synAck.put("logPrefix", "INVALID \"drop\" \u00e9\u20ac: ");
        synAck.put("mss", 1460);
        synAck.put("fromLow", true);
        GenericRecord record = record(schema, Map.of("gateway", "gwb", "interface", "wan0", "session", 1_763_848_800_000L, "sequence", 42L, "watermark", MICROS));
        record.put("flow", record(flow, Map.of("communityId", COMMUNITY_ID, "protocol", 6, "lowAddress", bytes("0a141e28"), "highAddress", bytes("c0000250"),
                "lowPort", 51000, "highPort", 443)));
        record.put("headers", List.of(synAck, record(header, Map.of("time", MICROS + 1, "ipId", -1, "mss", -1, "windowScale", -1))));
        return record;
    }

    /** A batch of nothing: every field that may be null is. */
    static GenericRecord heartbeat(Schema schema) {
        return record(schema, Map.of("gateway", "gwb", "interface", "wan0", "session", 1_763_848_800_000L, "sequence", 43L, "watermark", MICROS));
    }

    static GenericRecord orphan(Schema schema) {
        Schema endpoint = schema.getField("source").schema();
        Schema sighting = schema.getField("synSeenAt").schema().getElementType();
        GenericRecord record = record(schema, Map.of("id", "o-1", "revision", 1, "last", true, "time", MICROS, "timeNanos", 999, "gateway", "gwb", "communityId", COMMUNITY_ID,
                "flags", 18, "seq", 4_294_967_295L, "dropped", true));
        record.put("verdict", "ASYMMETRIC");
        record.put("source", record(endpoint, Map.of("ip", "192.0.2.80", "port", 443)));
        record.put("destination", record(endpoint, Map.of("ip", "10.20.30.40", "port", 51000)));
        record.put("synSeenAt", List.of(record(sighting, Map.of("gateway", "gwa", "interface", "lan0", "time", MICROS - 250, "timeNanos", 1))));
        return record;
    }

    /** Confluent's framing: a zero byte, the schema's id in four bytes, the record in Avro's binary encoding. */
    static byte[] framed(int id, GenericRecord record) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.write(ByteBuffer.allocate(5).put((byte) 0).putInt(id).array());
        BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(bytes, null);
        new GenericDatumWriter<GenericRecord>(record.getSchema()).write(record, encoder);
        encoder.flush();
        return bytes.toByteArray();
    }

    /** As JSON: numbers, strings, and bytes in hexadecimal. */
    static JsonNode json(Object value) {
        JsonNodeFactory make = JsonNodeFactory.instance;
        if (value instanceof GenericRecord record) {
            ObjectNode object = make.objectNode();
            record.getSchema().getFields().forEach(field -> object.set(field.name(), json(record.get(field.pos()))));
            return object;
        }
        if (value instanceof List<?> list) {
            ArrayNode array = make.arrayNode();
            list.forEach(item -> array.add(json(item)));
            return array;
        }
        if (value instanceof ByteBuffer bytes) {
            return make.textNode(HexFormat.of().formatHex(bytes.array()));
        }
        return value == null ? make.nullNode()
                : value instanceof Boolean flag ? make.booleanNode(flag)
                : value instanceof Integer number ? make.numberNode(number)
                : value instanceof Long number ? make.numberNode(number)
                : make.textNode((String) value);
    }

    /** What is not given is null where that is allowed, and empty, zero or false where it is not. */
    private static GenericRecord record(Schema schema, Map<String, Object> given) {
        GenericRecord record = new GenericData.Record(schema);
        for (Schema.Field field : schema.getFields()) {
            record.put(field.pos(), given.containsKey(field.name()) ? given.get(field.name()) : nothing(field.schema()));
        }
        return record;
    }

    private static Object nothing(Schema schema) {
        return switch (schema.getType()) {
            case STRING -> "";
            case INT -> 0;
            case LONG -> 0L;
            case BOOLEAN -> false;
            case BYTES -> bytes("");
            case ARRAY -> List.of();
            case RECORD -> record(schema, Map.of());
            default -> null;
        };
    }

    /** The record in a field that is null or a record. */
    private static Schema member(Schema schema, String field) {
        return schema.getField(field).schema().getTypes().get(1);
    }

    private static ByteBuffer bytes(String hex) {
        return ByteBuffer.wrap(HexFormat.of().parseHex(hex));
    }
}
