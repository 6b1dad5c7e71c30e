package io.crossgate.retention.retain;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.crossgate.retention.lake.Durable;
import io.crossgate.retention.lake.Lake;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;

/** The lake's log of what was removed from it, or never came: a line of JSON each, on disk before the next step is taken. It holds no address unless it is told to. */
final class Removals {
    private final Path file;

    Removals(Lake lake) {
        this.file = lake.folder().resolve("log").resolve("removals.ndjson");
    }

    /** A line about {@code what}, with the time now; for {@link #write}. */
    static ObjectNode line(String what) {
        return new ObjectMapper().createObjectNode().put("time", Instant.now().toString()).put("what", what);
    }

    void write(ObjectNode line) throws IOException {
        if (!Files.isDirectory(file.getParent())) {
            Files.createDirectory(file.getParent());
            Durable.folder(file.getParent().getParent());
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
            channel.write(ByteBuffer.wrap((line + "\n").getBytes(StandardCharsets.UTF_8)));
            channel.force(true);
        }
        Durable.folder(file.getParent());
    }
}
