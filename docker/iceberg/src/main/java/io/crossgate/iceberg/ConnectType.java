package io.crossgate.iceberg;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.apache.avro.LogicalTypes;
import org.apache.avro.generic.GenericRecord;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.DataException;

/**
 * An Avro type as Connect has it, and how a value comes over. Of unions there is only "null, or a type".
 *
 * @param schema for Connect
 * @param over makes a value of Connect of one of Avro that is not null
 */
record ConnectType(Schema schema, UnaryOperator<Object> over) {
    static ConnectType of(org.apache.avro.Schema avro) {
        return of(avro, false);
    }

    Object value(Object avro) {
        return avro == null ? null : over.apply(avro);
    }

    private static ConnectType of(org.apache.avro.Schema avro, boolean optional) {
        return switch (avro.getType()) {
            case BOOLEAN -> plain(SchemaBuilder.bool(), optional, value -> value);
            case INT -> plain(SchemaBuilder.int32(), optional, value -> value);
            case LONG -> avro.getLogicalType() instanceof LogicalTypes.TimestampMicros
                    ? plain(SchemaBuilder.string(), optional, value -> Instant.EPOCH.plus((Long) value, ChronoUnit.MICROS).toString())
                    : plain(SchemaBuilder.int64(), optional, value -> value);
            case FLOAT -> plain(SchemaBuilder.float32(), optional, value -> value);
            case DOUBLE -> plain(SchemaBuilder.float64(), optional, value -> value);
            case STRING, ENUM -> plain(SchemaBuilder.string(), optional, Object::toString);
            case BYTES -> plain(SchemaBuilder.bytes(), optional, value -> ((ByteBuffer) value).duplicate());
            case ARRAY -> array(of(avro.getElementType()), optional);
            case MAP -> map(of(avro.getValueType()), optional);
            case RECORD -> struct(avro, optional);
            case UNION -> nullOr(avro);
            default -> throw new DataException("no type of Connect for Avro's " + avro.getType());
        };
    }

    private static ConnectType plain(SchemaBuilder schema, boolean optional, UnaryOperator<Object> over) {
        return new ConnectType(optional ? schema.optional().build() : schema.build(), over);
    }

    private static ConnectType array(ConnectType element, boolean optional) {
        return plain(SchemaBuilder.array(element.schema), optional, value -> {
            List<Object> list = new ArrayList<>();
            for (Object one : (Iterable<?>) value) {
                list.add(element.value(one));
            }
            return list;
        });
    }

    private static ConnectType map(ConnectType values, boolean optional) {
        return plain(SchemaBuilder.map(Schema.STRING_SCHEMA, values.schema), optional, value -> {
            Map<String, Object> map = new HashMap<>();
            ((Map<?, ?>) value).forEach((key, one) -> map.put(key.toString(), values.value(one)));
            return map;
        });
    }

    private static ConnectType struct(org.apache.avro.Schema avro, boolean optional) {
        SchemaBuilder builder = SchemaBuilder.struct().name(avro.getFullName());
        List<ConnectType> types = new ArrayList<>();
        for (org.apache.avro.Schema.Field field : avro.getFields()) {
            ConnectType type = of(field.schema());
            types.add(type);
            builder.field(field.name(), type.schema);
        }
        Schema schema = optional ? builder.optional().build() : builder.build();
        return new ConnectType(schema, value -> {
            Struct struct = new Struct(schema);
            for (Field field : schema.fields()) {
                struct.put(field, types.get(field.index()).value(((GenericRecord) value).get(field.index())));
            }
            return struct;
        });
    }

    private static ConnectType nullOr(org.apache.avro.Schema union) {
        List<org.apache.avro.Schema> types = union.getTypes().stream().filter(type -> type.getType() != org.apache.avro.Schema.Type.NULL).toList();
        if (types.size() != 1) {
            throw new DataException("no type of Connect for the union " + union);
        }
        return of(types.get(0), union.getTypes().size() > 1);
    }
}
