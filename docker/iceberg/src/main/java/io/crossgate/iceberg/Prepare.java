package io.crossgate.iceberg;

import io.crossgate.schemas.Topics;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.apache.hadoop.conf.Configuration;
import org.apache.iceberg.CatalogUtil;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.avro.AvroSchemaUtil;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.SupportsNamespaces;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;

/**
 * Makes what the connectors expect, where it is not there: the table of each, of the schema of its topic, partitioned by day, and the topic by which the sink's tasks
 * agree on commits. The sink could make tables itself, but a time would then be text.
 */
public final class Prepare {
    private static final String CATALOG = "iceberg.catalog.";
    private static final Map<Topics.Topic, String> DAYS = Map.of(Topics.FLOWS, "start", Topics.ORPHANED_SYN_ACKS, "time", Topics.INVALID_DROPS, "time");

    private Prepare() {}

    /** The worker's file, and the connectors'. */
    public static void main(String[] files) throws Exception {
        if (files.length < 2) {
            throw new IllegalArgumentException("wanted: the worker's file, and those of connectors");
        }
        Map<String, String> worker = read(Path.of(files[0]), "bootstrap.servers");
        for (String file : List.of(files).subList(1, files.length)) {
            Map<String, String> connector = read(Path.of(file), "topics", "iceberg.tables");
            controlTopic(worker, connector.getOrDefault("iceberg.control.topic", "control-iceberg"));
            TableIdentifier name = TableIdentifier.parse(connector.get("iceberg.tables"));
            Catalog catalog = catalog(connector);
            if (catalog instanceof SupportsNamespaces spaces && !spaces.namespaceExists(name.namespace())) {
                spaces.createNamespace(Namespace.of(name.namespace().levels()));
            }
            if (catalog.tableExists(name)) {
                System.out.println(name + " is there");
                continue;
            }
            Topics.Topic topic = Topics.all().stream().filter(t -> t.name().equals(connector.get("topics"))).findFirst()
                    .orElseThrow(() -> new IllegalArgumentException(file + ": no topic of Crossgate: " + connector.get("topics")));
            Schema schema = schema(topic);
            String day = DAYS.get(topic);
            PartitionSpec days = day == null ? PartitionSpec.unpartitioned() : PartitionSpec.builderFor(schema).day(day).build();
            catalog.createTable(name, schema, days);
            System.out.println(name + " made" + (day == null ? "" : ", by day of " + day));
        }
    }

    private static void controlTopic(Map<String, String> worker, String name) throws Exception {
        try (Admin admin = Admin.create(new HashMap<String, Object>(worker))) {
            if (!admin.listTopics().names().get().contains(name)) {
                admin.createTopics(List.of(new NewTopic(name, Optional.of(1), Optional.empty()))).all().get();
                System.out.println(name + " made");
            }
        }
    }

    private static Schema schema(Topics.Topic topic) {
        org.apache.avro.Schema avro = new org.apache.avro.Schema.Parser().parse(topic.value().toString());
        utc(avro);
        return AvroSchemaUtil.toIceberg(avro);
    }

    /** Says of every time that it is an instant: without this property Iceberg takes it for a local time. */
    private static void utc(org.apache.avro.Schema avro) {
        switch (avro.getType()) {
            case RECORD -> avro.getFields().forEach(field -> utc(field.schema()));
            case ARRAY -> utc(avro.getElementType());
            case MAP -> utc(avro.getValueType());
            case UNION -> avro.getTypes().forEach(Prepare::utc);
            default -> {
                if (avro.getLogicalType() != null && avro.getObjectProp(AvroSchemaUtil.ADJUST_TO_UTC_PROP) == null) {
                    avro.addProp(AvroSchemaUtil.ADJUST_TO_UTC_PROP, true);
                }
            }
        }
    }

    private static Catalog catalog(Map<String, String> connector) {
        Map<String, String> properties = new HashMap<>();
        connector.forEach((name, value) -> {
            if (name.startsWith(CATALOG)) {
                properties.put(name.substring(CATALOG.length()), value);
            }
        });
        return CatalogUtil.buildIcebergCatalog(connector.getOrDefault("iceberg.catalog", "iceberg"), properties, new Configuration());
    }

    private static Map<String, String> read(Path file, String... needed) throws IOException {
        Properties properties = new Properties();
        try (Reader in = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            properties.load(in);
        }
        Map<String, String> settings = new HashMap<>();
        properties.stringPropertyNames().forEach(name -> settings.put(name, properties.getProperty(name)));
        for (String name : needed) {
            if (!settings.containsKey(name)) {
                throw new IllegalArgumentException(file + ": " + name + " is not set");
            }
        }
        return settings;
    }
}
