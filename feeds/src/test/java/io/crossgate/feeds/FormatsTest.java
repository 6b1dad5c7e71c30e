package io.crossgate.feeds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.crossgate.feeds.event.Format;
import io.crossgate.schemas.record.FlowRecord;
import io.crossgate.schemas.record.InvalidDropRecord;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class FormatsTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    static List<Format> all() {
        return Formats.all("1.0");
    }

    private static Format named(String name) {
        return Formats.named(name, "1.0");
    }

    @ParameterizedTest
    @MethodSource("all")
    void everyKindOfEventTheIncidentAndFlowRecordsAreAsTheGoldenFileHasThem(Format format) throws IOException {
        Golden.check(format.name() + ".txt", Samples.lines(format));
    }

    @ParameterizedTest
    @MethodSource("all")
    void everyEventIsOneLineWhateverIsInItsTexts(Format format) throws IOException {
        String hostile = "g|w=a\\\"\r\n\u001b\u00fc";
        InvalidDropRecord drop = InvalidDropRecord.newBuilder(Samples.drop()).setGateway(hostile).build();
        String line = format.line(drop);
        assertThat(line).doesNotContain("\n", "\r");
        if (format.json()) {
            assertThat(JSON.readTree(line).findValuesAsText(format.name().equals("zeek") ? "peer_descr" : format.name().equals("eve") ? "host" : "name"))
                    .contains(hostile);
        }
    }

    @ParameterizedTest
    @MethodSource("all")
    void theWordsThatPeopleSearchForAreThere(Format format) {
        assertThat(format.line(Samples.drop())).contains("106015", "First packet isn't SYN", "unsolicited_SYN_response", "Deny TCP (no connection)");
        assertThat(format.line(Samples.orphanAtLast())).contains("First packet isn't SYN", "unsolicited_SYN_response");
        assertThat(format.line(Samples.incident())).contains("possible_split_routing");
        assertThat(format.line(Samples.dropInState())).doesNotContain("106015", "First packet");
    }

    @ParameterizedTest
    @MethodSource("all")
    void aLaterRevisionHasTheSameIdAndOtherwiseIsToldApart(Format format) {
        String first = format.line(Samples.orphan());
        String last = format.line(Samples.orphanAtLast());
        assertThat(first).contains(Samples.orphan().getId()).isNotEqualTo(last);
        assertThat(last).contains(Samples.orphan().getId());
    }

    @Test
    void ecsSaysDeniedInTheTypeAndNeverInTheOutcome() throws IOException {
        List<JsonNode> drops = new ArrayList<>();
        for (String line : Samples.lines(named("ecs"))) {
            JsonNode event = JSON.readTree(line).path("event");
            assertThat(event.has("outcome")).isFalse();
            if (event.path("type").toString().contains("denied")) {
                drops.add(event);
            }
        }
        assertThat(drops).hasSize(3).allSatisfy(event -> assertThat(event.path("action").asText()).isEqualTo("invalid-drop"));
    }

    @Test
    void ocsfTypeIsClassTimesHundredPlusActivity() throws IOException {
        for (String line : Samples.lines(named("ocsf"))) {
            JsonNode event = JSON.readTree(line);
            assertThat(event.path("type_uid").asLong()).isEqualTo(event.path("class_uid").asLong() * 100 + event.path("activity_id").asLong());
            assertThat(event.path("category_uid").asLong()).isEqualTo(event.path("class_uid").asLong() / 1000);
        }
        JsonNode drop = JSON.readTree(named("ocsf").line(Samples.drop()));
        assertThat(drop.path("class_uid").asInt()).isEqualTo(4001);
        assertThat(drop.path("activity_id").asInt()).as("Refuse").isEqualTo(5);
        assertThat(drop.path("disposition_id").asInt()).as("Blocked").isEqualTo(2);
        assertThat(drop.at("/connection_info/community_uid").asText()).isEqualTo(Samples.drop().getCommunityId());
    }

    @Test
    void anOcsfFindingIsCreatedUpdatedAndClosed() throws IOException {
        assertThat(JSON.readTree(named("ocsf").line(Samples.incident())).path("activity_id").asInt()).isEqualTo(1);
        assertThat(JSON.readTree(named("ocsf").line(Samples.incidentAtLast())).path("activity_id").asInt()).isEqualTo(3);
    }

    @Test
    void anOcsfFlowIsClosedResetOrFailedByHowItEndedAndOtherwiseTraffic() throws IOException {
        List<Integer> activities = new ArrayList<>();
        for (FlowRecord flow : Samples.flows()) {
            JsonNode event = JSON.readTree(named("ocsf").line(flow));
            activities.add(event.path("activity_id").asInt());
            JsonNode traffic = event.path("traffic");
            assertThat(traffic.path("bytes").asLong()).isEqualTo(traffic.path("bytes_in").asLong() + traffic.path("bytes_out").asLong());
            assertThat(traffic.path("packets").asLong()).isEqualTo(traffic.path("packets_in").asLong() + traffic.path("packets_out").asLong());
        }
        assertThat(activities).as("Close, Traffic, Reset, Fail, Traffic").containsExactly(2, 6, 3, 4, 6);
    }

    @Test
    void anEcsFlowHasEndedUnlessItIsToldInItsMiddle() throws IOException {
        assertThat(JSON.readTree(named("ecs").line(Samples.flow())).at("/event/type").toString()).isEqualTo("[\"connection\",\"end\"]");
        assertThat(JSON.readTree(named("ecs").line(Samples.flowOfOneWay())).at("/event/type").toString()).isEqualTo("[\"connection\",\"info\"]");
    }

    @Test
    void aZeekUidIsThatOfTheFlowInEveryRevisionAndOfNoOther() throws IOException {
        String uid = JSON.readTree(named("zeek").line(Samples.flow())).path("uid").asText();
        assertThat(uid).matches("C[0-9A-Za-z]{14,17}");
        FlowRecord later = FlowRecord.newBuilder(Samples.flow()).setRevision(1).setEndReason("ACTIVE_TIMEOUT").build();
        assertThat(JSON.readTree(named("zeek").line(later)).path("uid").asText()).isEqualTo(uid);
        assertThat(JSON.readTree(named("zeek").line(Samples.flowThatWasReset())).path("uid").asText()).isNotEqualTo(uid);
    }

    @Test
    void theFlowIdOfEveIsThatOfTheFlowWhateverTheEvent() throws IOException {
        long orphan = JSON.readTree(named("eve").line(Samples.orphan())).path("flow_id").asLong();
        long drop = JSON.readTree(named("eve").line(Samples.drop())).path("flow_id").asLong();
        assertThat(orphan).isEqualTo(drop).isEqualTo(JSON.readTree(named("eve").line(Samples.flow())).path("flow_id").asLong()).isPositive().isLessThan(1L << 53);
    }

    @Test
    void anUnknownFormatIsNamedWithThoseThatThereAre() {
        assertThatThrownBy(() -> named("leef")).hasMessage("there is no format 'leef': ecs, ocsf, cef, eve, zeek");
    }
}
