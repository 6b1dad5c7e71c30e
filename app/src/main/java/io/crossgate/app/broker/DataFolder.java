package io.crossgate.app.broker;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;

/**
 * Where a broker keeps its data, locked against a second broker.
 *
 * <pre>
 * folder/lock    held while a broker runs here
 * folder/kafka/  Kafka's own files
 * </pre>
 */
final class DataFolder implements AutoCloseable {
    private final Path folder;
    private final boolean temporary;
    private final FileChannel lockFile;

    private DataFolder(Path folder, boolean temporary, FileChannel lockFile) {
        this.folder = folder;
        this.temporary = temporary;
        this.lockFile = lockFile;
    }

    /**
     * Opens and locks a folder, which is created where there is none.
     *
     * @param kept null for a temporary folder, which goes when it is closed
     * @throws BrokerException if it cannot be created or written, or if another broker has it
     */
    static DataFolder open(Path kept) {
        Path folder = kept;
        try {
            folder = kept == null ? Files.createTempDirectory("crossgate-") : Files.createDirectories(kept.toAbsolutePath());
            FileChannel file = FileChannel.open(folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (!locked(file)) {
                file.close();
                throw new BrokerException("The data folder " + folder + " is in use by another Crossgate: stop that one, or name another folder.", null);
            }
            return new DataFolder(folder, kept == null, file);
        } catch (IOException e) {
            String which = folder == null ? "A temporary data folder" : "The data folder " + folder;
            throw new BrokerException(which + " cannot be used (" + BrokerException.words(e) + "): name a folder that this user may write.", e);
        }
    }

    private static boolean locked(FileChannel file) throws IOException {
        try {
            // Held until the channel is closed.
            FileLock lock = file.tryLock();
            return lock != null;
        } catch (OverlappingFileLockException e) {
            return false; // by this very process
        }
    }

    Path folder() {
        return folder;
    }

    Path kafka() {
        return folder.resolve("kafka");
    }

    /** Unlocks the folder, and removes it if it is a temporary one. */
    @Override
    public void close() throws IOException {
        if (temporary) {
            remove(folder);
        }
        lockFile.close();
    }

    private static void remove(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.deleteIfExists(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
                if (e instanceof NoSuchFileException) {
                    return FileVisitResult.CONTINUE;
                }
                throw e;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path at, IOException e) throws IOException {
                Files.deleteIfExists(at);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
