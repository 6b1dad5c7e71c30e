package io.crossgate.iceberg;

import io.crossgate.schemas.wire.RegistryClient;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.DecoderFactory;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaAndValue;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.storage.Converter;

/**
 * Reads Avro in Confluent's framing for a sink, by the schemas of a registry with Confluent's REST calls ({@code schema.registry.url}). It only reads.
 *
 * <p>A time of microseconds becomes text such as {@code 2026-11-23T05:38:10.907036Z}: Connect's own type for times has milliseconds, and the Iceberg sink reads such
 * text into a timestamp without losing any. Whatever else a record holds keeps its type.
 */
public final class FramedAvroConverter implements Converter {
    private static final String REGISTRY = "schema.registry.url";
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int FRAME = 5;

    private final Map<Integer, Reader> readers = new ConcurrentHashMap<>();
    private RegistryClient registry;

    /** One schema, both as Avro and as Connect have it. */
    private record Reader(GenericDatumReader<GenericRecord> avro, ConnectType type) {}

    @Override
    public ConfigDef config() {
        return new ConfigDef().define(REGISTRY, ConfigDef.Type.STRING, ConfigDef.NO_DEFAULT_VALUE, ConfigDef.Importance.HIGH, "Address of the schema registry");
    }

    @Override
    public void configure(Map<String, ?> configs, boolean isKey) {
        Object address = configs.get(REGISTRY);
        if (address == null) {
            throw new org.apache.kafka.common.config.ConfigException(REGISTRY + " is not set");
        }
        registry = new RegistryClient(URI.create(address.toString()), PATIENCE);
    }

    @Override
    public byte[] fromConnectData(String topic, Schema schema, Object value) {
        throw new DataException("only for sinks: nothing is written in Avro");
    }

    /**
     * A record's value; of no value (a tombstone) none.
     *
     * @throws DataException if it is not framed, its schema is not known, or it is not of its schema
     */
    @Override
    public SchemaAndValue toConnectData(String topic, byte[] value) {
        if (value == null) {
            return SchemaAndValue.NULL;
        }
        if (value.length < FRAME || value[0] != 0) {
            throw new DataException("a value of " + topic + " is not framed Avro");
        }
        try {
            Reader reader = readers.computeIfAbsent(ByteBuffer.wrap(value, 1, FRAME - 1).getInt(), this::reader);
            GenericRecord record;
            synchronized (reader) { // a datum reader keeps state
                record = reader.avro.read(null, DecoderFactory.get().binaryDecoder(value, FRAME, value.length - FRAME, null));
            }
            return new SchemaAndValue(reader.type.schema(), reader.type.value(record));
        } catch (IOException | AvroRuntimeException | io.crossgate.schemas.wire.WireException e) {
            throw new DataException("a value of " + topic + " cannot be read: " + e.getMessage(), e);
        }
    }

    private Reader reader(int id) {
        org.apache.avro.Schema schema = registry.schema(id);
        return new Reader(new GenericDatumReader<>(schema, schema, new GenericData()), ConnectType.of(schema));
    }
}
