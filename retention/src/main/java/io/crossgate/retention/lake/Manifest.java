package io.crossgate.retention.lake;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * The states of a lake, one after the other: {@code manifest/000000000012.change} holds what commit 12 changed, {@code 000000000064.checkpoint} all that holds after
 * commit 64. A commit writes one small file, whatever the lake holds. Each file appears whole or not at all, and none is ever replaced: of two writers that take
 * each other for dead, one fails.
 */
final class Manifest {
    private static final int CHECKPOINT_EVERY = 64;
    /** Older ones stay for readers that have listed the folder and not read it yet. */
    private static final int CHECKPOINTS_KEPT = 2;
    private static final int READ_ATTEMPTS = 20;

    private final Path folder;

    Manifest(Path folder) {
        this.folder = folder;
    }

    /**
     * The newest state.
     *
     * @throws LakeException if what is there is no manifest
     */
    LakeState read() throws IOException {
        for (int attempt = 1;; attempt++) {
            try {
                return readOnce();
            } catch (NoSuchFileException e) { // the writer has tidied up since the folder was listed
                if (attempt == READ_ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    private LakeState readOnce() throws IOException {
        NavigableMap<Long, Path> files = list();
        Long checkpoint = files.keySet().stream().filter(version -> isCheckpoint(files.get(version))).reduce((a, b) -> b).orElse(null);
        LakeState state = LakeState.EMPTY;
        for (Path file : (checkpoint == null ? files : files.tailMap(checkpoint, true)).values()) {
            long version = version(file);
            if (!isCheckpoint(file) && version != state.version() + 1) {
                throw new LakeException("the manifest " + folder + " has no commit " + (state.version() + 1) + ": it is damaged");
            }
            try {
                state = ManifestJson.read(Files.readString(file), state);
            } catch (JsonProcessingException e) {
                throw new LakeException("the manifest file " + file + " is damaged", e);
            }
        }
        return state;
    }

    /** By version. */
    private NavigableMap<Long, Path> list() throws IOException {
        NavigableMap<Long, Path> files = new TreeMap<>();
        try (DirectoryStream<Path> all = Files.newDirectoryStream(folder, "*.{change,checkpoint}")) {
            for (Path file : all) {
                files.merge(version(file), file, (a, b) -> isCheckpoint(a) ? a : b);
            }
        }
        return files;
    }

    private static long version(Path file) {
        try {
            return Long.parseLong(file.getFileName().toString().replaceAll("\\..*", ""));
        } catch (NumberFormatException e) {
            throw new LakeException("the manifest file " + file + " is none of a lake", e);
        }
    }

    private static boolean isCheckpoint(Path file) {
        return file.toString().endsWith(".checkpoint");
    }

    /**
     * Makes {@code change} the newest state. When it returns the change is on disk for good; when it throws, nothing has changed.
     *
     * @throws LakeException if another writer has made a commit since {@code before}
     */
    LakeState commit(LakeState before, Change change) throws IOException {
        LakeState after = change.applyTo(before);
        Path target = folder.resolve(name(after.version(), "change"));
        Path temporary = folder.resolve(target.getFileName() + ".tmp");
        try {
            Durable.write(temporary, ManifestJson.change(after.version(), change));
            Files.createLink(target, temporary);
        } catch (FileAlreadyExistsException e) {
            throw new LakeException("another process has written the lake " + folder.getParent() + " meanwhile: this one stops, and nothing is lost", e);
        } finally {
            Files.deleteIfExists(temporary);
        }
        try {
            Durable.folder(folder);
        } catch (IOException e) {
            Files.deleteIfExists(target);
            throw e;
        }
        return after;
    }

    /** Writes a checkpoint if one is due, and removes what no reader needs any more. That it fails changes no state. */
    void tidy(LakeState state) throws IOException {
        if (state.version() % CHECKPOINT_EVERY != 0) {
            return;
        }
        Path target = folder.resolve(name(state.version(), "checkpoint"));
        if (!Files.exists(target)) {
            Path temporary = folder.resolve(target.getFileName() + ".tmp");
            try {
                Durable.write(temporary, ManifestJson.checkpoint(state));
                Files.move(temporary, target);
            } finally {
                Files.deleteIfExists(temporary);
            }
            Durable.folder(folder);
        }
        long oldest = state.version() - (long) CHECKPOINT_EVERY * (CHECKPOINTS_KEPT - 1);
        try (DirectoryStream<Path> all = Files.newDirectoryStream(folder, "*.{change,checkpoint}")) {
            for (Path file : all) {
                if (version(file) < oldest || version(file) == oldest && !isCheckpoint(file)) {
                    Files.deleteIfExists(file);
                }
            }
        }
    }

    /** Removes what a crash has left half-written. */
    void removeTemporary() throws IOException {
        try (DirectoryStream<Path> all = Files.newDirectoryStream(folder, "*.tmp")) {
            for (Path file : all) {
                Files.deleteIfExists(file);
            }
        }
    }

    private static String name(long version, String kind) {
        return String.format("%012d.%s", version, kind);
    }
}
