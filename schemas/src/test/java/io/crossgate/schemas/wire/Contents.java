package io.crossgate.schemas.wire;

import io.crossgate.schemas.flow.PacketHeader;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * All that a batch holds, field by field, for comparison. Every field of the classes counts, whatever is added to them. (AssertJ's recursive comparison says the
 * same, and takes a hundred times as long for it.)
 */
final class Contents {
    private static final List<Field> BATCH = fields(HeadersBatch.class, Set.of("headers", "flows", "communityId"));
    private static final List<Field> HEADER = fields(PacketHeader.class, Set.of("sackLeft", "sackRight"));

    private Contents() {}

    /** Of the batch and its headers; of SACK blocks those that count. The Community ID is left out: it is the record's key, and a reader sets it. */
    static List<Map<String, Object>> of(HeadersBatch batch) {
        List<Map<String, Object>> all = new ArrayList<>();
        all.add(values(BATCH, batch));
        for (int i = 0; i < batch.count(); i++) {
            PacketHeader header = batch.header(i);
            Map<String, Object> values = values(HEADER, header);
            values.put("sackLeft", Arrays.toString(Arrays.copyOf(header.sackLeft, header.sackCount)));
            values.put("flow", batch.flow(i));
            values.put("sackRight", Arrays.toString(Arrays.copyOf(header.sackRight, header.sackCount)));
            all.add(values);
        }
        return all;
    }

    private static List<Field> fields(Class<?> type, Set<String> but) {
        List<Field> fields = new ArrayList<>();
        for (Field field : type.getDeclaredFields()) {
            if (!Modifier.isStatic(field.getModifiers()) && !but.contains(field.getName())) {
                field.setAccessible(true);
                fields.add(field);
            }
        }
        return fields;
    }

    private static Map<String, Object> values(List<Field> fields, Object of) {
        Map<String, Object> values = new LinkedHashMap<>();
        for (Field field : fields) {
            try {
                values.put(field.getName(), field.get(of));
            } catch (IllegalAccessException e) {
                throw new AssertionError(e);
            }
        }
        return values;
    }
}
