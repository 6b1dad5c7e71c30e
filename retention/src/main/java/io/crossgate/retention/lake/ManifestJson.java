package io.crossgate.retention.lake;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** States and changes as JSON texts. */
final class ManifestJson {
    private static final ObjectMapper JSON = new ObjectMapper();

    private ManifestJson() {}

    static String checkpoint(LakeState state) {
        ObjectNode root = JSON.createObjectNode().put("version", state.version()).put("cluster", state.cluster());
        offsets(root, state.offsets());
        files(root.putArray("files"), state.files());
        ObjectNode removed = root.putObject("removed");
        state.removed().forEach(removed::put);
        return root.toString();
    }

    static String change(long version, Change change) {
        ObjectNode root = JSON.createObjectNode().put("version", version).put("at", change.at());
        if (change.cluster() != null) {
            root.put("cluster", change.cluster());
        }
        offsets(root, change.offsets());
        files(root.putArray("add"), change.add());
        change.remove().forEach(root.putArray("remove")::add);
        change.purged().forEach(root.putArray("purged")::add);
        return root.toString();
    }

    private static void offsets(ObjectNode root, Map<String, TopicOffsets> offsets) {
        ObjectNode topics = root.putObject("offsets");
        offsets.forEach((topic, at) -> at.next().forEach(topics.putObject(topic).put("id", at.id()).putArray("next")::add));
    }

    private static void files(ArrayNode list, Collection<LakeFile> files) {
        for (LakeFile file : files) {
            list.addObject().put("path", file.path()).put("rows", file.rows()).put("bytes", file.bytes()).put("min", file.minTime()).put("max", file.maxTime())
                    .put("revised", file.revised()).put("open", file.open()).put("compacted", file.compacted()).put("written", file.written());
        }
    }

    /** The state after a manifest file: that of the file itself, if it is a checkpoint, and {@code before} with its change otherwise. */
    static LakeState read(String text, LakeState before) throws JsonProcessingException {
        JsonNode root = JSON.readTree(text);
        Map<String, TopicOffsets> offsets = new LinkedHashMap<>();
        root.path("offsets").properties().forEach(topic -> {
            List<Long> next = new ArrayList<>();
            topic.getValue().path("next").forEach(offset -> next.add(offset.asLong()));
            offsets.put(topic.getKey(), new TopicOffsets(topic.getValue().path("id").asText(), next));
        });
        if (isCheckpoint(root)) {
            Map<String, LakeFile> files = new LinkedHashMap<>();
            root.path("files").forEach(file -> files.put(file.path("path").asText(), file(file)));
            Map<String, Long> removed = new LinkedHashMap<>();
            root.path("removed").properties().forEach(path -> removed.put(path.getKey(), path.getValue().asLong()));
            return new LakeState(root.path("version").asLong(), root.path("cluster").asText(), offsets, files, removed);
        }
        List<LakeFile> add = new ArrayList<>();
        root.path("add").forEach(file -> add.add(file(file)));
        return new Change(root.path("cluster").textValue(), offsets, add, texts(root.path("remove")), texts(root.path("purged")), root.path("at").asLong())
                .applyTo(before);
    }

    private static boolean isCheckpoint(JsonNode root) {
        return root.has("files");
    }

    private static LakeFile file(JsonNode file) {
        String path = file.path("path").asText();
        LakeTable table = LakeTable.named(path.substring(0, Math.max(0, path.indexOf('/'))));
        if (table == null || path.contains("..")) {
            throw new LakeException("the manifest names " + path + ", which is in no table's folder");
        }
        return new LakeFile(table, path, file.path("rows").asLong(), file.path("bytes").asLong(), file.path("min").asLong(), file.path("max").asLong(),
                file.path("revised").asLong(), file.path("open").asLong(), file.path("compacted").asBoolean(), file.path("written").asLong());
    }

    private static List<String> texts(JsonNode array) {
        List<String> texts = new ArrayList<>();
        array.forEach(text -> texts.add(text.asText()));
        return texts;
    }
}
