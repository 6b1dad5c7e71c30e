package io.crossgate.schemas.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.crossgate.schemas.flow.FlowKey;
import io.crossgate.schemas.flow.PacketHeader;
import io.crossgate.schemas.record.HeaderBundle;
import io.crossgate.schemas.record.Headers;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;

class HeadersCodecProperties {
    private static final int ID = 0x01020304;

    private static HeadersCodec codec() {
        return codec(false);
    }

    private static HeadersCodec codec(boolean bundled) {
        return bundled ? HeadersCodec.ofBundles(ID, HeadersCodecProperties::unknown) : new HeadersCodec(ID, HeadersCodecProperties::unknown);
    }

    private static Schema unknown(int id) {
        throw new WireException("schema id " + id + " is not known");
    }

    private static HeadersBatch random(Random random, boolean bundled) {
        return bundled ? Batches.randomBundle(random) : Batches.random(random);
    }

    @Property
    void theBytesAreThoseOfAvrosOwnWriter(@ForAll long seed, @ForAll boolean bundled) throws IOException {
        byte[] ours = codec(bundled).encode(random(new Random(seed), bundled));
        Schema schema = bundled ? HeaderBundle.getClassSchema() : Headers.getClassSchema();
        assertThat(avro(generic(ours, schema), schema)).isEqualTo(Arrays.copyOfRange(ours, 5, ours.length));
    }

    @Property
    void whatIsReadIsWhatWasWritten(@ForAll long seed, @ForAll boolean bundled) {
        HeadersBatch written = random(new Random(seed), bundled);
        HeadersBatch read = new HeadersBatch();
        codec(bundled).decode(codec(bundled).encode(written), read);
        assertThat(Contents.of(read)).isEqualTo(Contents.of(written));
    }

    @Property
    void oneCodecReadsTheRecordsOfManyPointsInAnyOrderAndAfterRefusals(@ForAll long seed, @ForAll boolean bundled) {
        Random random = new Random(seed);
        HeadersCodec one = codec(bundled);
        HeadersBatch read = new HeadersBatch();
        for (int i = 0; i < 20; i++) {
            byte[] record = codec(bundled).encode(random(random, bundled));
            if (random.nextInt(4) == 0) {
                byte[] cut = Arrays.copyOf(record, random.nextInt(record.length));
                assertThat(refuses(one, cut, read)).isTrue();
                continue;
            }
            HeadersBatch fresh = new HeadersBatch();
            codec(bundled).decode(record, fresh);
            one.decode(record, read);
            assertThat(Contents.of(read)).isEqualTo(Contents.of(fresh));
        }
    }

    @Property(tries = 500)
    void everyRecordCutShortIsRefused(@ForAll long seed, @ForAll boolean bundled) {
        byte[] whole = codec(bundled).encode(random(new Random(seed), bundled));
        HeadersCodec codec = codec(bundled);
        for (int length = 0; length < whole.length; length += 1 + whole.length / 500) {
            byte[] cut = Arrays.copyOf(whole, length);
            assertThat(refuses(codec, cut, new HeadersBatch())).as("cut to %s of %s bytes", length, whole.length).isTrue();
        }
    }

    @Property(tries = 5000)
    void hostileBytesAreReadOrRefusedAndNothingElse(@ForAll long seed, @ForAll boolean bundled) {
        Random r = new Random(seed);
        byte[] bytes = codec(bundled).encode(random(r, bundled));
        for (int i = r.nextInt(8); i >= 0; i--) {
            bytes[5 + r.nextInt(bytes.length - 5)] = (byte) r.nextInt();
        }
        try {
            codec(bundled).decode(bytes, new HeadersBatch());
        } catch (WireException e) {
            assertThat(e.getMessage()).isNotBlank();
        }
    }

    @Property(tries = 200)
    void aRecordOfALaterSchemaReadsAsOneOfOurs(@ForAll long seed) throws IOException {
        Schema later = later();
        HeadersBatch written = Batches.random(new Random(seed));
        byte[] ours = codec().encode(written);
        GenericRecord asLater = new GenericDatumReader<GenericRecord>(Headers.getClassSchema(), later, new GenericData()).read(null,
                DecoderFactory.get().binaryDecoder(ours, 5, ours.length - 5, null));
        HeadersBatch read = new HeadersBatch();
        new HeadersCodec(ID, id -> later).decode(framed(9, avro(asLater, later)), read);
        read.communityId = written.communityId;
        assertThat(codec().encode(read)).isEqualTo(ours);
    }

    @Property(tries = 200)
    void aBundleOfTheFirstVersionReadsAsOneOfOurs(@ForAll long seed) throws IOException {
        HeadersBatch written = Batches.randomBundle(new Random(seed));
        Schema first = firstVersion("HeaderBundle");
        GenericRecord past = new GenericData.Record(first);
        GenericRecord front = generic(codec(true).encode(written), HeaderBundle.getClassSchema());
        for (Schema.Field field : first.getFields()) {
            past.put(field.name(), field.name().equals("flows") ? new ArrayList<>() : front.get(field.name()));
        }
        @SuppressWarnings("unchecked")
        List<GenericRecord> flows = (List<GenericRecord>) past.get("flows");
        for (int i = 0; i < written.count(); i++) {
            GenericRecord one = generic(codec().encode(ofOneFlow(written.flow(i), written.header(i))), Headers.getClassSchema());
            GenericRecord headers = new GenericData.Record(first.getField("flows").schema().getElementType());
            headers.put("flow", one.get("flow"));
            headers.put("headers", one.get("headers"));
            flows.add(headers);
        }
        HeadersBatch read = new HeadersBatch();
        HeadersCodec.ofBundles(ID, id -> first).decode(framed(9, avro(past, first)), read);
        assertThat(Contents.of(read)).isEqualTo(Contents.of(written));
    }

    private static HeadersBatch ofOneFlow(FlowKey flow, PacketHeader header) {
        HeadersBatch one = new HeadersBatch();
        one.flow = flow;
        one.communityId = flow.recordKey();
        one.add().copyFrom(header);
        return one;
    }

    private static GenericRecord generic(byte[] record, Schema schema) throws IOException {
        return new GenericDatumReader<GenericRecord>(schema, schema, new GenericData()).read(null, DecoderFactory.get().binaryDecoder(record, 5, record.length - 5, null));
    }

    private static byte[] framed(int id, byte[] body) {
        byte[] framed = new byte[body.length + 5];
        framed[4] = (byte) id;
        System.arraycopy(body, 0, framed, 5, body.length);
        return framed;
    }

    private static Schema firstVersion(String name) throws IOException {
        try (InputStream v1 = HeadersCodecProperties.class.getResourceAsStream("/schemas/v1/" + name + ".json")) {
            return new Schema.Parser().parse(v1);
        }
    }

    @Property(tries = 1)
    void theFirstVersionOfEverySchemaStillReads() throws IOException {
        for (String name : List.of("Headers", "HeaderBundle", "OrphanedSynAck", "InvalidDrop", "FlowRecord", "Incident", "ObservationPoint")) {
            Schema past = firstVersion(name);
            Schema now = io.crossgate.schemas.Topics.all().stream().filter(t -> t.value() != null && t.value().getFullName().equals(past.getFullName()))
                    .findFirst().orElseThrow().value();
            assertThat(SchemaCompatibility.checkReaderWriterCompatibility(now, past).getType())
                    .as(name).isEqualTo(SchemaCompatibility.SchemaCompatibilityType.COMPATIBLE);
        }
    }

    private static boolean refuses(HeadersCodec codec, byte[] record, HeadersBatch into) {
        try {
            codec.decode(record, into);
            return false;
        } catch (WireException e) {
            return true;
        }
    }

    private static Schema later() {
        String json = Headers.getClassSchema().toString().replaceFirst("\\{\"name\":\"session\"",
                "{\"name\":\"site\",\"type\":\"string\",\"default\":\"\"},{\"name\":\"session\"");
        return new Schema.Parser().parse(json);
    }

    private static byte[] avro(GenericRecord record, Schema schema) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(bytes, null);
        new GenericDatumWriter<GenericRecord>(schema, new GenericData()).write(record, encoder);
        encoder.flush();
        return bytes.toByteArray();
    }
}
