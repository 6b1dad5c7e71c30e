package io.crossgate.benchmarks.workload;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.MinimalPrettyPrinter;
import io.crossgate.schemas.flow.IpText;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** What is in a workload, and what is right to find: truth.json in all, orphans.ndjson with a line for each asymmetric handshake. */
final class Truth implements Closeable {
    private final Path folder;
    private final JsonGenerator lines;
    private long tcp;
    private long pings;
    private long watching;
    private long asymmetric;
    private long asymmetricSynAcks;
    private long flood;
    private long unsolicited;
    private long mostAtOnce;
    private double shape;
    private long think;

    Truth(Path folder) throws IOException {
        this.folder = folder;
        lines = new JsonFactory().createGenerator(folder.resolve("orphans.ndjson").toFile(), JsonEncoding.UTF8).setPrettyPrinter(new MinimalPrettyPrinter("\n"));
    }

    void tcp() {
        tcp++;
    }

    void ping() {
        pings++;
    }

    void watching() {
        watching++;
    }

    void flood() {
        flood++;
    }

    /** A SYN-ACK that nothing asked for, dropped at the firewall. */
    void unsolicited() {
        unsolicited++;
    }

    void atOnce(long talks) {
        mostAtOnce = Math.max(mostAtOnce, talks);
    }

    void shape(double ofLengths, long thinkTime) {
        shape = ofLengths;
        think = thinkTime;
    }

    /** A handshake of which so many SYN-ACKs came to the firewall, and were dropped. */
    void asymmetric(Talk t, int synAcks) throws IOException {
        asymmetric++;
        asymmetricSynAcks += synAcks;
        lines.writeStartObject();
        lines.writeStringField("gateway", Network.GATEWAYS.get(Network.FIREWALL));
        lines.writeStringField("synGateway", Network.GATEWAYS.get(Network.ROUTER));
        endpoint("source", t.ipv6, t.serverHigh, t.serverLow, t.serverPort);
        endpoint("destination", t.ipv6, t.clientHigh, t.clientLow, t.clientPort);
        lines.writeNumberField("drops", synAcks);
        lines.writeEndObject();
    }

    private void endpoint(String name, boolean ipv6, long high, long low, int port) throws IOException {
        lines.writeObjectFieldStart(name);
        lines.writeStringField("ip", ipv6 ? IpText.address(high, low) : IpText.address(0, IpText.mapped((int) low)));
        lines.writeNumberField("port", port);
        lines.writeEndObject();
    }

    void write(Workload w, List<CaptureFile> files) throws IOException {
        try (JsonGenerator json = new JsonFactory().createGenerator(folder.resolve("truth.json").toFile(), JsonEncoding.UTF8).setPrettyPrinter(new DefaultPrettyPrinter())) {
            json.writeStartObject();
            json.writeNumberField("packets", files.stream().mapToLong(CaptureFile::packets).sum());
            json.writeObjectFieldStart("files");
            for (CaptureFile file : files) {
                json.writeObjectFieldStart(file.name());
                json.writeNumberField("packets", file.packets());
                json.writeNumberField("bytes", file.bytes());
                json.writeEndObject();
            }
            json.writeEndObject();
            json.writeObjectFieldStart("flows");
            json.writeNumberField("total", tcp + asymmetric + pings + watching + flood);
            json.writeNumberField("tcp", tcp);
            json.writeNumberField("asymmetric", asymmetric);
            json.writeNumberField("icmp", pings + watching);
            json.writeNumberField("flood", flood);
            json.writeNumberField("mostAtOnce", mostAtOnce);
            json.writeEndObject();
            json.writeObjectFieldStart("orphanedSynAcks");
            json.writeNumberField("asymmetric", asymmetric);
            json.writeNumberField("unsolicited", unsolicited);
            json.writeEndObject();
            json.writeObjectFieldStart("invalidDrops");
            json.writeNumberField("asymmetric", asymmetricSynAcks);
            json.writeNumberField("unsolicited", unsolicited);
            json.writeEndObject();
            json.writeObjectFieldStart("workload");
            json.writeNumberField("packets", w.packets());
            json.writeNumberField("flows", w.flows());
            json.writeNumberField("atOnce", w.atOnce());
            json.writeNumberField("durationSeconds", w.duration() / 1e9);
            json.writeNumberField("longest", w.longest());
            json.writeNumberField("loss", w.loss());
            json.writeNumberField("asymmetric", w.asymmetric());
            json.writeNumberField("ipv6", w.ipv6());
            json.writeNumberField("icmp", w.icmp());
            json.writeNumberField("flood", w.flood());
            json.writeNumberField("tunnels", w.tunnels());
            json.writeNumberField("snapLength", w.snapLength());
            json.writeNumberField("seed", w.seed());
            json.writeNumberField("paretoShape", shape);
            json.writeNumberField("thinkSeconds", think / 1e9);
            json.writeEndObject();
            json.writeEndObject();
        }
    }

    @Override
    public void close() throws IOException {
        lines.close();
    }
}
