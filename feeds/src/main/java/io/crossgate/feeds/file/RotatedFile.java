package io.crossgate.feeds.file;

import io.crossgate.feeds.destination.Delivery;
import io.crossgate.feeds.destination.Destination;
import io.crossgate.feeds.event.Item;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * A file that lines are appended to: {@code NAME}, and when it is full {@code NAME.1}, the newest, to {@code NAME.N}, the oldest. A batch is on the disk before it
 * counts as taken, and whole or not there at all: where writing fails, as on a full disk, the file is cut back to what it was. What a crash left of a line is ended
 * by a line end of its own, and the line is written again.
 */
public final class RotatedFile implements Destination {
    private final Path file;
    private final long rotateAt;
    private final int keep;
    private FileChannel channel;

    /**
     * A file; not opened before the first batch.
     *
     * @param file its name; its folder is there
     * @param rotateAt bytes from which on it is full, 1 or more: a batch is never split
     * @param keep how many full files stay, 0 or more
     */
    public RotatedFile(Path file, long rotateAt, int keep) {
        this.file = file;
        this.rotateAt = rotateAt;
        this.keep = keep;
    }

    @Override
    public String name() {
        return "file " + file;
    }

    @Override
    public Delivery deliver(List<Item> items) throws IOException {
        StringBuilder lines = new StringBuilder();
        items.forEach(item -> lines.append(item.text()).append('\n'));
        if (channel == null || !channel.isOpen() || Files.notExists(file)) { // closed by an interrupt, or moved away by somebody else
            open();
        }
        if (channel.position() >= rotateAt) {
            rotate();
        }
        long before = channel.position();
        try {
            write(lines.toString().getBytes(StandardCharsets.UTF_8));
            channel.force(false);
        } catch (IOException e) {
            if (channel.isOpen()) {
                channel.truncate(before);
            }
            throw e;
        }
        return Delivery.TAKEN;
    }

    private void open() throws IOException {
        close();
        channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        long end = channel.size();
        channel.position(end);
        ByteBuffer last = ByteBuffer.allocate(1);
        if (end > 0 && channel.read(last, end - 1) == 1 && last.get(0) != '\n') {
            write(new byte[] {'\n'});
        }
    }

    private void write(byte[] bytes) throws IOException {
        for (ByteBuffer left = ByteBuffer.wrap(bytes); left.hasRemaining();) {
            channel.write(left);
        }
    }

    private void rotate() throws IOException {
        close();
        for (int n = keep - 1; n >= 1; n--) {
            if (Files.exists(numbered(n))) {
                Files.move(numbered(n), numbered(n + 1), StandardCopyOption.REPLACE_EXISTING);
            }
        }
        if (keep > 0) {
            Files.move(file, numbered(1), StandardCopyOption.REPLACE_EXISTING);
        } else {
            Files.delete(file);
        }
        open();
    }

    private Path numbered(int n) {
        return file.resolveSibling(file.getFileName() + "." + n);
    }

    @Override
    public void close() {
        try {
            if (channel != null) {
                channel.close();
            }
        } catch (IOException e) {
            // nothing is unwritten: every batch was forced
        }
    }
}
