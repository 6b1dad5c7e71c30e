package io.crossgate.retention.query;

import io.crossgate.retention.lake.Column;
import io.crossgate.retention.lake.DuckDb;
import io.crossgate.retention.lake.Lake;
import io.crossgate.retention.lake.LakeFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Says of files that the manifest names why they cannot be read. */
final class BrokenFiles {
    private static final byte[] MAGIC = "PAR1".getBytes(StandardCharsets.US_ASCII);

    private final Lake lake;

    BrokenFiles(Lake lake) {
        this.lake = lake;
    }

    /** What a look at the file's length and its ends says: null if nothing is wrong so far. Quick, so that it is done for all. */
    String atFirstSight(LakeFile file) {
        try (FileChannel channel = FileChannel.open(lake.path(file), StandardOpenOption.READ)) {
            long length = channel.size();
            if (length != file.bytes()) {
                return "it has " + length + " bytes, and the manifest says " + file.bytes();
            }
            ByteBuffer ends = ByteBuffer.allocate(2 * MAGIC.length);
            ends.limit(MAGIC.length);
            channel.read(ends, 0);
            ends.limit(2 * MAGIC.length);
            channel.read(ends, length - MAGIC.length);
            ends.flip();
            boolean parquet = ends.equals(ByteBuffer.wrap(new byte[] {MAGIC[0], MAGIC[1], MAGIC[2], MAGIC[3], MAGIC[0], MAGIC[1], MAGIC[2], MAGIC[3]}));
            return parquet ? null : "it is no Parquet file";
        } catch (NoSuchFileException e) {
            return "it is not there";
        } catch (IOException e) {
            return "it does not read: " + e.getMessage();
        }
    }

    /** Reads all of the file: null if nothing is wrong with it. */
    String inFull(LakeFile file) throws IOException {
        String reason = atFirstSight(file);
        if (reason != null) {
            return reason;
        }
        Path path = lake.path(file);
        String rows = DuckDb.parquet(List.of(path));
        try (Connection duck = DuckDb.open("1GB", 1, path.resolveSibling("none")); Statement statement = duck.createStatement()) {
            Map<String, String> columns = new HashMap<>();
            try (ResultSet shape = statement.executeQuery("DESCRIBE FROM " + rows)) {
                while (shape.next()) {
                    columns.put(shape.getString(1), shape.getString(2));
                }
            }
            for (Column column : file.table().columns()) {
                if (!column.type().equals(columns.get(column.name()))) {
                    return columns.containsKey(column.name()) ? "its column " + column.name() + " is " + columns.get(column.name()) + " instead of " + column.type()
                            : "it is a foreign Parquet file, without a column " + column.name();
                }
            }
            statement.executeQuery("SELECT bit_xor(hash(t)) FROM " + rows + " t").close();
            return null;
        } catch (SQLException e) {
            return "it is damaged: " + String.valueOf(e.getMessage()).lines().findFirst().orElse("").strip();
        }
    }
}
