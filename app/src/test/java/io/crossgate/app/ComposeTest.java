package io.crossgate.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The folder {@code docker}: its compose files are such as docker-compose takes, alone and together, and every image is pinned in {@code docker/.env}, nowhere else. */
class ComposeTest {
    private static final Path DOCKER = Path.of(System.getProperty("basedir", "."), "..", "docker").toAbsolutePath().normalize();
    private static final List<String> COMPOSE = List.of("compose.yaml", "compose.engines.yaml");
    private static final Pattern PIN = Pattern.compile("([A-Z_]+)=([a-z0-9./-]+):([A-Za-z0-9._-]+)");
    private static final Pattern COMPOSE_IMAGE = Pattern.compile("(?m)^\\s*image:\\s*(\\S+)\\s*$");
    private static final Pattern FROM = Pattern.compile("(?m)^FROM\\s+(\\S+)");
    private static final Pattern FROM_PIN = Pattern.compile("\\$\\{([A-Z_]+)}");
    private static final Pattern PORTS = Pattern.compile("(?m)^\\s*ports:\\s*(.*)$");

    @TempDir
    Path folder;

    @Test
    void everyImageIsPinnedToAVersion() throws IOException {
        assertThat(pins()).isNotEmpty().allSatisfy((name, image) -> assertThat(image).doesNotEndWith(":latest"));
    }

    @Test
    void imagesAreNamedInThePinsFileOnly() throws IOException {
        List<String> named = new ArrayList<>();
        for (String compose : COMPOSE) {
            named.addAll(groups(COMPOSE_IMAGE, compose));
        }
        named.addAll(groups(FROM, "Dockerfile"));
        named.addAll(groups(FROM, "iceberg/Dockerfile"));
        Map<String, String> pins = pins();
        assertThat(named).hasSizeGreaterThanOrEqualTo(8).allSatisfy(image -> {
            assertThat(image).matches(FROM_PIN);
            assertThat(pins).containsKey(image.substring(2, image.length() - 1));
        });
    }

    @Test
    void publishedPortsAreReachedFromThisMachineOnly() throws IOException {
        List<String> all = new ArrayList<>();
        for (String compose : COMPOSE) {
            all.addAll(groups(PORTS, compose));
        }
        assertThat(all).isNotEmpty().allSatisfy(ports -> assertThat(ports).matches("\\[\"127\\.0\\.0\\.1:\\d+:\\d+\"]"));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void dockerComposeTakesTheFilesTheFirstAloneAndBoth(int files) throws Exception {
        Path out = folder.resolve("out");
        Path err = folder.resolve("err");
        List<String> line = new ArrayList<>(List.of("docker-compose"));
        COMPOSE.subList(0, files).forEach(file -> line.addAll(List.of("-f", DOCKER.resolve(file).toString())));
        line.add("config");
        ProcessBuilder command = new ProcessBuilder(line);
        pins().keySet().forEach(command.environment()::remove); // the file's values are meant, whatever is set here
        Process process;
        try {
            process = command.redirectOutput(out.toFile()).redirectError(err.toFile()).start();
        } catch (IOException e) {
            abort("docker-compose is not here (Debian: apt-get install docker-compose): " + e.getMessage());
            return;
        }
        assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
        assertThat(process.exitValue()).as(Files.readString(err)).isZero();
        String config = Files.readString(out);
        List<String> images = COMPOSE_IMAGE.matcher(config).results().map(m -> m.group(1)).toList();
        assertThat(images).hasSize(files == 1 ? 6 : 8).isSubsetOf(pins().values());
    }

    private static Map<String, String> pins() throws IOException {
        List<String> lines = Files.readAllLines(DOCKER.resolve(".env"), StandardCharsets.UTF_8).stream().filter(l -> !l.isBlank() && !l.startsWith("#")).toList();
        assertThat(lines).allSatisfy(line -> assertThat(line).matches(PIN));
        return lines.stream().collect(Collectors.toMap(line -> line.substring(0, line.indexOf('=')), line -> line.substring(line.indexOf('=') + 1)));
    }

    private static List<String> groups(Pattern pattern, String file) throws IOException {
        String text = Files.readString(DOCKER.resolve(file), StandardCharsets.UTF_8);
        return pattern.matcher(text).results().map((MatchResult m) -> m.group(1)).collect(Collectors.toList());
    }
}
