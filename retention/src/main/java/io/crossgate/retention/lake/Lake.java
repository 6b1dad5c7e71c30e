package io.crossgate.retention.lake;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * A lake on disk. Any number of processes may read it, without a lock; {@link LakeWriter} is the one that writes.
 *
 * <pre>
 *   lake.json                                     {"format":1}
 *   manifest/                                     which files count, and how far the topics are in them
 *   flows/dt=2026-11-24/hour=09/NAME.parquet      events/… incidents/… unreadable/… alike; UTC, hour=00-23 for a day in one file
 *   log/removals.ndjson                           what was removed, when and why
 *   staging/                                      what is being written; of no meaning to readers
 *   writer.lock                                   locked by the process that writes
 * </pre>
 */
public final class Lake {
    private static final int FORMAT = 1;
    private static final String MARK = "lake.json";

    private final Path folder;
    private final Manifest manifest;

    private Lake(Path folder) {
        this.folder = folder;
        this.manifest = new Manifest(folder.resolve("manifest"));
    }

    /**
     * A lake that is there.
     *
     * @throws LakeException if there is none, or a newer Crossgate has made it
     */
    public static Lake open(Path folder) throws IOException {
        Path mark = folder.resolve(MARK);
        if (!Files.isRegularFile(mark)) {
            throw new LakeException("there is no lake at " + folder + (Files.exists(folder) ? ": the folder has no " + MARK : "")
                    + "; `crossgate retain` makes one");
        }
        JsonNode content;
        try {
            content = new ObjectMapper().readTree(Files.readString(mark));
        } catch (JsonProcessingException e) {
            throw new LakeException(mark + " is damaged: it should hold {\"format\":" + FORMAT + "}", e);
        }
        int format = content.path("format").asInt(-1);
        if (format != FORMAT) {
            throw new LakeException(format > FORMAT ? "the lake " + folder + " has format " + format + ", and this Crossgate knows " + FORMAT + ": a newer one made it"
                    : mark + " is damaged: it should hold {\"format\":" + FORMAT + "}");
        }
        return new Lake(folder);
    }

    /**
     * A lake that is there, or a new one.
     *
     * @throws LakeException if the folder holds something else
     */
    public static Lake openOrMake(Path folder) throws IOException {
        if (!Files.exists(folder.resolve(MARK))) {
            make(folder);
        }
        return open(folder);
    }

    private static void make(Path folder) throws IOException {
        try {
            Files.createDirectories(folder);
        } catch (FileAlreadyExistsException | NotDirectoryException e) {
            throw new LakeException(folder + " is a file: a lake is a folder", e);
        }
        try (Stream<Path> there = Files.list(folder)) { // a start that was killed has made these, and the mark last
            if (there.anyMatch(path -> !path.getFileName().toString().equals("manifest") && !path.getFileName().toString().startsWith(MARK))) {
                throw new LakeException(folder + " is neither empty nor a lake: name a new folder, or one that `crossgate retain` has made");
            }
        }
        Files.createDirectories(folder.resolve("manifest"));
        Path temporary = folder.resolve(MARK + ".tmp");
        Durable.write(temporary, "{\"format\":" + FORMAT + "}\n");
        Durable.folder(folder);
        Files.move(temporary, folder.resolve(MARK), java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        Durable.folder(folder);
    }

    /** Its folder. */
    public Path folder() {
        return folder;
    }

    /** The newest state. */
    public LakeState state() throws IOException {
        return manifest.read();
    }

    /** Where a file is. */
    public Path path(LakeFile file) {
        return folder.resolve(file.path());
    }

    Manifest manifest() {
        return manifest;
    }
}
