package io.crossgate.feeds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import io.crossgate.feeds.ecs.Ecs;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The schema as Elastic publishes it, in npm's package @elastic/ecs: every field that we write is in it, with a value that it allows. */
class EcsDefinitionTest {
    private static final Pattern NO_NETWORK = Pattern.compile("\\b(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|ENOTCACHED)\\b");

    private record Said(int status, String out) {}

    private final Path folder = Path.of(System.getProperty("basedir", "."), "target", "ecs").toAbsolutePath();

    @Test
    @Timeout(180)
    void everyFieldAndValueIsInThePublishedSchema() throws Exception {
        install();
        Path documents = folder.resolve("documents.ndjson");
        Files.write(documents, Samples.lines(new Ecs()));
        assertThat(run(documents, "node", "check.cjs").out.strip()).isEqualTo(Samples.lines(new Ecs()).size() + " documents, 0 faults");
    }

    @Test
    @Timeout(180)
    void theCheckFindsWhatTheSchemaDoesNotHave() throws Exception {
        install();
        Path documents = folder.resolve("faulty.ndjson");
        Files.writeString(documents, new Ecs().line(Samples.drop()).replace("\"denied\"", "\"deny\"").replace("\"community_id\"", "\"communityId\"") + "\n");
        assertThat(run(documents, "node", "check.cjs").out).contains("event.type: deny is not allowed", "network.communityId is no field", "1 documents, 3 faults");
    }

    private void install() throws Exception {
        Files.createDirectories(folder);
        for (String name : List.of("package.json", "package-lock.json", "check.cjs")) {
            try (InputStream in = EcsDefinitionTest.class.getResourceAsStream("/ecs/" + name)) {
                Files.copy(in, folder.resolve(name), StandardCopyOption.REPLACE_EXISTING);
            }
        }
        try {
            Said said = run(null, "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error");
            if (said.status != 0 && NO_NETWORK.matcher(said.out).find()) {
                skip("npm cannot reach its packages");
            }
            assertThat(said.status).as("npm ci: %s", said.out).isZero();
        } catch (IOException e) {
            skip("there is no npm on this machine");
        }
    }

    private static void skip(String why) {
        String words = "Skipped: ECS documents were not held against the published schema, " + why + ".";
        System.out.println(words);
        abort(words);
    }

    private Said run(Path input, String... command) throws IOException, InterruptedException {
        Path out = folder.resolve("out.txt");
        ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).redirectOutput(out.toFile());
        Process process = (input == null ? builder : builder.redirectInput(input.toFile())).start();
        try {
            assertThat(process.waitFor(2, TimeUnit.MINUTES)).as("%s ends", List.of(command)).isTrue();
            return new Said(process.exitValue(), Files.readString(out));
        } finally {
            process.destroyForcibly();
        }
    }
}
