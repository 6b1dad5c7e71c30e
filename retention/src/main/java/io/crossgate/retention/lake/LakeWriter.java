package io.crossgate.retention.lake;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** The one that writes a lake: holds its lock, puts files in their places, and commits. Thread-safe. */
public final class LakeWriter implements AutoCloseable {
    /** What a test lets fail: each is about to be done. */
    enum Step {
        MOVE_FILE, SYNC_FOLDER, WRITE_MANIFEST, TIDY_MANIFEST, DELETE_FILE
    }

    /** Told before each step; throws where a test wants the process to be dead. */
    interface Steps {
        void about(Step step) throws IOException;
    }

    private final Lake lake;
    private final FileChannel lockFile;
    private final FileLock lock;
    private final Steps steps;
    private volatile LakeState state;
    /** So that no two writers give a file the same name. */
    private final String own = String.format("%08x", new SecureRandom().nextInt());
    private long names;

    private LakeWriter(Lake lake, FileChannel lockFile, FileLock lock, Steps steps) throws IOException {
        this.lake = lake;
        this.lockFile = lockFile;
        this.lock = lock;
        this.steps = steps;
        this.state = lake.state();
    }

    /**
     * Takes the lake's lock, and removes what a crash has left.
     *
     * @throws LakeException if another process has it
     */
    public static LakeWriter open(Lake lake) throws IOException {
        return open(lake, step -> {});
    }

    static LakeWriter open(Lake lake, Steps steps) throws IOException {
        FileChannel file = FileChannel.open(lake.folder().resolve("writer.lock"), StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        FileLock lock = null;
        try {
            lock = file.tryLock();
        } catch (OverlappingFileLockException e) {
            // another of this process has it
        }
        if (lock == null) {
            ByteBuffer holder = ByteBuffer.allocate(64);
            file.read(holder, 0);
            file.close();
            String pid = new String(holder.array(), 0, holder.position(), StandardCharsets.US_ASCII).strip();
            throw new LakeException("another process writes the lake " + lake.folder() + (pid.isEmpty() ? "" : " (process " + pid + ")") + ": stop it first");
        }
        try {
            file.truncate(0);
            file.write(ByteBuffer.wrap((ProcessHandle.current().pid() + "\n").getBytes(StandardCharsets.US_ASCII)));
            LakeWriter writer = new LakeWriter(lake, file, lock, steps);
            writer.cleanUp();
            return writer;
        } catch (IOException | RuntimeException e) {
            file.close();
            throw e;
        }
    }

    /** The lake. */
    public Lake lake() {
        return lake;
    }

    /** The newest state. */
    public LakeState state() {
        return state;
    }

    /** Folder for files that are being written; on the lake's file system. */
    public Path staging() {
        return lake.folder().resolve("staging");
    }

    /** A new place for a file. */
    public synchronized String newPath(Partition partition) {
        return partition.folder() + "/" + String.format("%012d-%s-%d.parquet", state.version() + 1, own, names++);
    }

    /**
     * Puts staged files in their places and makes the change, durably. When it throws, nothing has changed.
     *
     * @param staged where each file of {@link Change#add} is now
     * @throws LakeException if another process has written the lake meanwhile
     * @throws IOException if there is no room, among other things
     */
    public synchronized LakeState commit(Change change, Map<LakeFile, Path> staged) throws IOException {
        List<Path> moved = new ArrayList<>();
        Set<Path> folders = new HashSet<>();
        try {
            for (LakeFile file : change.add()) {
                Path target = lake.path(file);
                steps.about(Step.MOVE_FILE);
                makeFolders(target.getParent());
                Durable.file(staged.get(file));
                Files.move(staged.get(file), target);
                moved.add(target);
                folders.add(target.getParent());
            }
            for (Path folder : folders) {
                steps.about(Step.SYNC_FOLDER);
                Durable.folder(folder);
            }
            steps.about(Step.WRITE_MANIFEST);
            state = lake.manifest().commit(state, change);
        } catch (IOException | RuntimeException e) {
            for (Path file : moved) {
                Files.deleteIfExists(file);
            }
            throw e;
        }
        try {
            steps.about(Step.TIDY_MANIFEST);
            lake.manifest().tidy(state);
        } catch (IOException e) {
            // the change is made; the next checkpoint tidies up
        }
        return state;
    }

    private void makeFolders(Path folder) throws IOException {
        if (Files.isDirectory(folder)) {
            return;
        }
        Path there = folder.getParent();
        makeFolders(there);
        Files.createDirectory(folder);
        Durable.folder(there);
    }

    /**
     * Deletes files from disk that have not counted since {@code before}, and gives their paths, to be told in the next change.
     *
     * @param before milliseconds since the epoch
     */
    public synchronized List<String> purge(long before) throws IOException {
        List<String> purged = new ArrayList<>();
        for (Map.Entry<String, Long> file : state.removed().entrySet()) {
            if (file.getValue() <= before) {
                delete(lake.folder().resolve(file.getKey()));
                purged.add(file.getKey());
            }
        }
        return purged;
    }

    private void delete(Path file) throws IOException {
        steps.about(Step.DELETE_FILE);
        Files.deleteIfExists(file);
        for (Path folder = file.getParent(); !folder.getParent().equals(lake.folder()) && isEmpty(folder); folder = folder.getParent()) {
            Files.deleteIfExists(folder);
        }
    }

    private static boolean isEmpty(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.findAny().isEmpty();
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    /** Removes whatever no state names: a crash left it. */
    private void cleanUp() throws IOException {
        lake.manifest().removeTemporary();
        clearStaging();
        lake.manifest().tidy(state);
        for (LakeTable table : LakeTable.values()) {
            Path folder = lake.folder().resolve(table.folder());
            if (!Files.isDirectory(folder)) {
                continue;
            }
            List<Path> orphans;
            try (Stream<Path> files = Files.walk(folder)) {
                orphans = files.filter(Files::isRegularFile).filter(this::isOrphan).toList();
            }
            for (Path orphan : orphans) {
                delete(orphan);
            }
        }
    }

    private boolean isOrphan(Path file) {
        String path = lake.folder().relativize(file).toString();
        return path.endsWith(".parquet") && !state.byPath().containsKey(path) && !state.removed().containsKey(path);
    }

    /** Removes what is in the staging folder. */
    public void clearStaging() throws IOException {
        if (!Files.isDirectory(staging())) {
            Files.createDirectory(staging());
        }
        List<Path> left;
        try (Stream<Path> files = Files.walk(staging())) {
            left = files.filter(path -> !path.equals(staging())).sorted(Comparator.reverseOrder()).toList();
        }
        for (Path path : left) {
            Files.deleteIfExists(path);
        }
    }

    @Override
    public void close() throws IOException {
        lock.release();
        lockFile.close();
    }
}
