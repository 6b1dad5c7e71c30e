package io.crossgate.retention.retain;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import io.crossgate.retention.lake.CommunityHash;
import io.crossgate.retention.lake.LakeTable;
import io.crossgate.schemas.flow.IpNumbers;
import io.crossgate.schemas.flow.IpText;
import io.crossgate.schemas.wire.FlowReader;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.duckdb.DuckDBColumnType;
import org.duckdb.DuckDBConnection;
import org.duckdb.DuckDBDataChunkWriter;
import org.duckdb.DuckDBFunctions;
import org.duckdb.DuckDBTableFunction;
import org.duckdb.DuckDBTableFunctionBindInfo;
import org.duckdb.DuckDBTableFunctionBuilder;
import org.duckdb.DuckDBTableFunctionCallInfo;
import org.duckdb.DuckDBTableFunctionInitInfo;
import org.duckdb.DuckDBWritableVector;

/**
 * Flows that are not in the lake yet, column by column in arrays: DuckDB reads them through a table function, which takes a fraction of what its appender takes. Filled
 * by one thread; read by others when it is done.
 */
final class FlowColumns implements DuckDBTableFunction<Long, AtomicLong, Object> {
    /** Rows of a segment: arrays grow by whole segments, so that nothing is copied. */
    private static final int SEGMENT = 8_192;
    /** The one type of column that a table function can't give: it comes as JSON. */
    private static final String MAP = "MAP(VARCHAR, BIGINT)";
    /** Rows that DuckDB takes at a time, at most; so many segments hold without a rest. */
    private static final int MOST_AT_ONCE = 2_048;
    /** Names come from few, but nothing makes them. */
    private static final int MOST_NAMES = 4_096;

    private final String function;
    private final List<Segment> segments = new ArrayList<>();
    private final SortedSet<Long> hours = new TreeSet<>();
    private final Map<String, byte[]> names = new HashMap<>();
    private long lastHour;
    private int rows;

    /** Rows whose table function has this name in the connection's database. */
    FlowColumns(DuckDBConnection connection, String function) throws SQLException {
        this.function = function;
        try (DuckDBTableFunctionBuilder builder = DuckDBFunctions.tableFunction()) {
            builder.withName(function).withParameter(DuckDBColumnType.BIGINT).withFunction(this).register(connection);
        }
    }

    /** The hours since the epoch that there are rows of. */
    SortedSet<Long> hours() {
        return hours;
    }

    /** A SELECT of the table's columns, of the rows of one hour. */
    String select(long hour) {
        return "SELECT " + LakeTable.FLOWS.columns().stream().map(column -> column.type().equals(MAP)
                ? "CAST(CAST(" + column.name() + " AS JSON) AS " + MAP + ") AS " + column.name() : column.name()).collect(Collectors.joining(", "))
                + " FROM " + function + "(" + hour + ")";
    }

    /** Removes all rows; the arrays stay for the next ones. */
    void clear() {
        rows = 0;
        hours.clear();
        segments.forEach(Segment::clear);
    }

    void add(FlowReader flow) {
        if (rows == segments.size() * SEGMENT) {
            segments.add(new Segment());
        }
        int row = rows % SEGMENT;
        Segment to = segments.get(rows / SEGMENT);
        long hour = Math.floorDiv(flow.end, RowBuffer.HOUR_NS);
        if (hour != lastHour || hours.isEmpty()) {
            hours.add(hour);
            lastHour = hour;
        }
        to.hour[row] = hour;
        to.id.add(flow.id, row);
        to.revision[row] = flow.revision;
        to.last[row] = flow.last;
        to.gateway[row] = name(flow.gateway);
        to.communityId.add(flow.communityId, row);
        to.communityHash[row] = CommunityHash.of(flow.communityId);
        to.protocol[row] = flow.protocol;
        to.start[row] = flow.start;
        to.end[row] = flow.end;
        to.endReason[row] = name(flow.endReason);
        to.connState[row] = name(flow.connState);
        to.history.add(flow.history, row);
        to.origin.add(flow.origin, row);
        to.response.add(flow.response, row);
        to.synToSynAck[row] = flow.synToSynAck;
        to.synAckToAck[row] = flow.synAckToAck;
        to.conntrackState[row] = name(flow.conntrackState);
        to.invalid[row] = flow.invalid.isEmpty() ? null : json(flow.invalid);
        rows++;
    }

    private byte[] name(String name) {
        byte[] known = names.get(name);
        if (known == null) {
            if (names.size() >= MOST_NAMES) {
                names.clear();
            }
            known = name.getBytes(StandardCharsets.UTF_8);
            names.put(name, known);
        }
        return known;
    }

    private static byte[] json(Map<String, Long> counts) {
        StringBuilder json = new StringBuilder();
        counts.forEach((reason, count) -> {
            json.append(json.isEmpty() ? "{\"" : ",\"");
            JsonStringEncoder.getInstance().quoteAsString(reason, json);
            json.append("\":").append(count);
        });
        return json.append('}').toString().getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public Long bind(DuckDBTableFunctionBindInfo info) throws SQLException {
        LakeTable.FLOWS.columns().forEach(column -> info.addResultColumn(column.name(),
                column.type().equals(MAP) ? DuckDBColumnType.VARCHAR : DuckDBColumnType.valueOf(column.type())));
        info.setCardinality(rows, false);
        return info.getParameter(0).getLong();
    }

    /** The next row that no thread has taken. */
    @Override
    public AtomicLong init(DuckDBTableFunctionInitInfo info) {
        info.setMaxThreads(Runtime.getRuntime().availableProcessors());
        return new AtomicLong();
    }

    @Override
    public long apply(DuckDBTableFunctionCallInfo call, DuckDBDataChunkWriter chunk) {
        AtomicLong next = call.getInitData();
        long hour = call.<Long>getBindData();
        if (chunk.capacity() < MOST_AT_ONCE) {
            throw new IllegalStateException("DuckDB takes " + chunk.capacity() + " rows at a time");
        }
        int[] chosen = new int[MOST_AT_ONCE];
        while (true) {
            long from = next.getAndAdd(MOST_AT_ONCE);
            if (from >= rows) {
                return 0;
            }
            Segment segment = segments.get((int) (from / SEGMENT));
            int first = (int) (from % SEGMENT);
            int count = segment.choose(hour, first, first + (int) Math.min(MOST_AT_ONCE, rows - from), chosen);
            if (count > 0) {
                segment.give(new Giver(chunk, chosen, count));
                return count;
            }
        }
    }

    /** Texts in UTF-8, one after another in one array. */
    private static final class Texts {
        private static final int USUAL_LENGTH = 32;

        private byte[] bytes = new byte[SEGMENT * USUAL_LENGTH];
        private final int[] ends = new int[SEGMENT];
        private int end;

        /** DuckDB takes bytes on trust. */
        void add(byte[] text, int row) {
            byte[] valid = text;
            for (byte letter : text) {
                if (letter < 0) {
                    valid = new String(text, StandardCharsets.UTF_8).getBytes(StandardCharsets.UTF_8);
                    break;
                }
            }
            if (valid.length > bytes.length - end) {
                bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, Math.addExact(end, valid.length)));
            }
            System.arraycopy(valid, 0, bytes, end, valid.length);
            end += valid.length;
            ends[row] = end;
        }

        byte[] get(int row) {
            return Arrays.copyOfRange(bytes, row == 0 ? 0 : ends[row - 1], ends[row]);
        }
    }

    /** One direction. An IPv6 address that maps an IPv4 one is that one. */
    private static final class Way {
        private final long[] high = new long[SEGMENT];
        private final long[] low = new long[SEGMENT];
        private final int[] port = new int[SEGMENT];
        private final long[] packets = new long[SEGMENT];
        private final long[] bytes = new long[SEGMENT];
        private final long[] payloadBytes = new long[SEGMENT];
        private final int[] flags = new int[SEGMENT];
        private final long[] retransmissions = new long[SEGMENT];

        void add(FlowReader.Way way, int row) {
            IpNumbers address = way.address;
            high[row] = address.high;
            low[row] = address.low;
            port[row] = way.port;
            packets[row] = way.packets;
            bytes[row] = way.bytes;
            payloadBytes[row] = way.payloadBytes;
            flags[row] = way.flags;
            retransmissions[row] = way.retransmissions;
        }

        void give(Giver to) {
            to.addresses(high, low);
            to.shorts(port);
            to.longs(packets);
            to.longs(bytes);
            to.longs(payloadBytes);
            to.shorts(flags);
            to.longs(retransmissions);
        }
    }

    private static final class Segment {
        private final long[] hour = new long[SEGMENT];
        private final Texts id = new Texts();
        private final int[] revision = new int[SEGMENT];
        private final boolean[] last = new boolean[SEGMENT];
        private final byte[][] gateway = new byte[SEGMENT][];
        private final Texts communityId = new Texts();
        private final long[] communityHash = new long[SEGMENT];
        private final int[] protocol = new int[SEGMENT];
        private final long[] start = new long[SEGMENT];
        private final long[] end = new long[SEGMENT];
        private final byte[][] endReason = new byte[SEGMENT][];
        private final byte[][] connState = new byte[SEGMENT][];
        private final Texts history = new Texts();
        private final Way origin = new Way();
        private final Way response = new Way();
        private final long[] synToSynAck = new long[SEGMENT];
        private final long[] synAckToAck = new long[SEGMENT];
        private final byte[][] conntrackState = new byte[SEGMENT][];
        /** Counts by reason in JSON, which SQL makes a map of: a table function can't give one. */
        private final byte[][] invalid = new byte[SEGMENT][];

        void clear() {
            id.end = 0;
            communityId.end = 0;
            history.end = 0;
        }

        int choose(long wanted, int from, int to, int[] chosen) {
            int count = 0;
            for (int row = from; row < to; row++) {
                if (hour[row] == wanted) {
                    chosen[count++] = row;
                }
            }
            return count;
        }

        /** In the order of {@link LakeTable#FLOWS}' columns. */
        void give(Giver to) {
            to.texts(id);
            to.ints(revision);
            to.booleans(last);
            to.texts(gateway);
            to.texts(communityId);
            to.hashes(communityHash);
            to.shorts(protocol);
            to.longs(start);
            to.longs(end);
            to.texts(endReason);
            to.texts(connState);
            to.texts(history);
            origin.give(to);
            response.give(to);
            to.optional(synToSynAck);
            to.optional(synAckToAck);
            to.texts(conntrackState);
            to.texts(invalid);
        }
    }

    /** Gives chosen rows to DuckDB, column after column. */
    private static final class Giver {
        private final DuckDBDataChunkWriter chunk;
        private final int[] chosen;
        private final int count;
        private int column;

        Giver(DuckDBDataChunkWriter chunk, int[] chosen, int count) {
            this.chunk = chunk;
            this.chosen = chosen;
            this.count = count;
        }

        private DuckDBWritableVector next() {
            return chunk.vector(column++);
        }

        void longs(long[] values) {
            DuckDBWritableVector to = next();
            for (int i = 0; i < count; i++) {
                to.setLong(i, values[chosen[i]]);
            }
        }

        /** Negative is none. */
        void optional(long[] values) {
            DuckDBWritableVector to = next();
            for (int i = 0; i < count; i++) {
                long value = values[chosen[i]];
                if (value < 0) {
                    to.setNull(i);
                } else {
                    to.setLong(i, value);
                }
            }
        }

        void ints(int[] values) {
            DuckDBWritableVector to = next();
            for (int i = 0; i < count; i++) {
                to.setInt(i, values[chosen[i]]);
            }
        }

        void shorts(int[] values) {
            DuckDBWritableVector to = next();
            for (int i = 0; i < count; i++) {
                to.setUint16(i, values[chosen[i]]);
            }
        }

        void booleans(boolean[] values) {
            DuckDBWritableVector to = next();
            for (int i = 0; i < count; i++) {
                to.setBoolean(i, values[chosen[i]]);
            }
        }

        void hashes(long[] values) {
            DuckDBWritableVector to = next();
            for (int i = 0; i < count; i++) {
                long value = values[chosen[i]];
                if (value == CommunityHash.NONE) {
                    to.setNull(i);
                } else {
                    to.setUint64(i, unsigned(value));
                }
            }
        }

        void texts(Texts values) {
            byte[][] texts = new byte[count][];
            for (int i = 0; i < count; i++) {
                texts[i] = values.get(chosen[i]);
            }
            next().setStringUtf8Batch(0, texts);
        }

        /** Null is none. */
        void texts(byte[][] values) {
            byte[][] texts = new byte[count][];
            for (int i = 0; i < count; i++) {
                texts[i] = values[chosen[i]];
            }
            next().setStringUtf8Batch(0, texts);
        }

        void addresses(long[] high, long[] low) {
            DuckDBWritableVector v4 = next();
            DuckDBWritableVector upper = next();
            DuckDBWritableVector lower = next();
            for (int i = 0; i < count; i++) {
                int row = chosen[i];
                if (IpText.isMapped(high[row], low[row])) {
                    v4.setUint32(i, low[row] & 0xffff_ffffL);
                    upper.setNull(i);
                    lower.setNull(i);
                } else {
                    v4.setNull(i);
                    upper.setUint64(i, unsigned(high[row]));
                    lower.setUint64(i, unsigned(low[row]));
                }
            }
        }

        private static BigInteger unsigned(long value) {
            return value >= 0 ? BigInteger.valueOf(value) : BigInteger.valueOf(value >>> 1).shiftLeft(1).or(BigInteger.valueOf(value & 1));
        }
    }
}
