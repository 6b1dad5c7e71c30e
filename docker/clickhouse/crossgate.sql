-- Crossgate's topics in ClickHouse: flows, orphaned SYN-ACKs, INVALID drops, incidents.
--
--   crossgate.flows.v1 ── flows_topic ── flows_from_topic ──► flows          (and so for the others)
--                         Kafka engine   materialized view    ReplacingMergeTree(revision)
--
-- A record whose value cannot be read goes to `unreadable` with the reason; the others are not held up by it.
-- Addresses are IPv6; an IPv4 address is mapped (::ffff:a.b.c.d). in_prefix takes prefixes of either kind, as they are written.
-- Times are those of packets, in nanoseconds, UTC.
--
-- Kafka is reached at kafka:9092, the registry at http://registry:8081: change both here if they are elsewhere.

CREATE DATABASE IF NOT EXISTS crossgate;

-- True if the address is within the prefix ('10.20.30.0/24', '2001:db8::/32'). The bounds are constants: an index on the address can be used.
CREATE FUNCTION IF NOT EXISTS in_prefix AS (ip, prefix) ->
    ip >= tupleElement(IPv6CIDRToRange(toIPv6(splitByChar('/', prefix)[1]), toUInt8(toUInt8(splitByChar('/', prefix)[2]) + if(position(prefix, ':') = 0, 96, 0))), 1)
    AND ip <= tupleElement(IPv6CIDRToRange(toIPv6(splitByChar('/', prefix)[1]), toUInt8(toUInt8(splitByChar('/', prefix)[2]) + if(position(prefix, ':') = 0, 96, 0))), 2);

-- What the Avro fields `time` (microseconds) and `timeNanos` (0 to 999) say together.
CREATE FUNCTION IF NOT EXISTS with_nanos AS (micros, nanos) -> fromUnixTimestamp64Nano(toUnixTimestamp64Micro(micros) * 1000 + nanos, 'UTC');

-- An IPv4 address as IPv4 text, an IPv6 address as IPv6 text.
CREATE FUNCTION IF NOT EXISTS ip_text AS (ip) -> replaceRegexpOne(toString(ip), '^::ffff:([0-9.]+)$', '\\1');


-- Flow records. Start and id are the same in every revision, so a later one supersedes the earlier; a query says FINAL.

CREATE TABLE IF NOT EXISTS crossgate.flows
(
    id FixedString(32),
    revision UInt32,
    last Bool,
    gateway LowCardinality(String),
    communityId String,
    protocol UInt8,
    start DateTime64(9, 'UTC') CODEC(Delta, ZSTD),
    end DateTime64(9, 'UTC') CODEC(Delta, ZSTD),
    endReason LowCardinality(String),
    connState LowCardinality(String),
    history LowCardinality(String),
    originIp IPv6,
    originPort UInt16,
    originPackets UInt64,
    originBytes UInt64,
    originPayloadBytes UInt64,
    originFlags UInt16,
    originRetransmissions UInt64,
    responseIp IPv6,
    responsePort UInt16,
    responsePackets UInt64,
    responseBytes UInt64,
    responsePayloadBytes UInt64,
    responseFlags UInt16,
    responseRetransmissions UInt64,
    synToSynAck Nullable(UInt64),
    synAckToAck Nullable(UInt64),
    conntrackState LowCardinality(String),
    invalid Map(LowCardinality(String), UInt64),
    INDEX flow communityId TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX origin originIp TYPE minmax GRANULARITY 1,
    INDEX response responseIp TYPE minmax GRANULARITY 1
)
ENGINE = ReplacingMergeTree(revision)
PARTITION BY toDate(start)
ORDER BY (start, id)
TTL toDateTime(start) + INTERVAL 90 DAY
SETTINGS ttl_only_drop_parts = 1;

CREATE TABLE IF NOT EXISTS crossgate.flows_topic
(
    id String,
    revision Int32,
    last Bool,
    gateway String,
    communityId String,
    protocol Int32,
    start DateTime64(6, 'UTC'),
    startNanos Int32,
    end DateTime64(6, 'UTC'),
    endNanos Int32,
    endReason String,
    connState String,
    history String,
    origin Tuple(ip String, port Int32, packets Int64, bytes Int64, payloadBytes Int64, flags Int32, retransmissions Int64),
    response Tuple(ip String, port Int32, packets Int64, bytes Int64, payloadBytes Int64, flags Int32, retransmissions Int64),
    synToSynAck Nullable(Int64),
    synAckToAck Nullable(Int64),
    conntrackState String,
    invalid Map(String, Int64)
)
ENGINE = Kafka
SETTINGS kafka_broker_list = 'kafka:9092', kafka_topic_list = 'crossgate.flows.v1', kafka_group_name = 'clickhouse-flows',
    kafka_format = 'AvroConfluent', format_avro_schema_registry_url = 'http://registry:8081', kafka_handle_error_mode = 'stream';

CREATE MATERIALIZED VIEW IF NOT EXISTS crossgate.flows_from_topic TO crossgate.flows AS
SELECT id, revision, last, gateway, communityId, protocol, with_nanos(start, startNanos) AS start, with_nanos(end, endNanos) AS end, endReason, connState,
    history, toIPv6(origin.ip) AS originIp, origin.port AS originPort, origin.packets AS originPackets, origin.bytes AS originBytes,
    origin.payloadBytes AS originPayloadBytes, origin.flags AS originFlags, origin.retransmissions AS originRetransmissions,
    toIPv6(response.ip) AS responseIp, response.port AS responsePort, response.packets AS responsePackets, response.bytes AS responseBytes,
    response.payloadBytes AS responsePayloadBytes, response.flags AS responseFlags, response.retransmissions AS responseRetransmissions,
    synToSynAck, synAckToAck, conntrackState, invalid
FROM crossgate.flows_topic
WHERE length(_error) = 0;


-- Orphaned SYN-ACKs. Time and id are the same in every revision.

CREATE TABLE IF NOT EXISTS crossgate.orphaned_syn_acks
(
    id FixedString(32),
    revision UInt32,
    last Bool,
    time DateTime64(9, 'UTC') CODEC(Delta, ZSTD),
    gateway LowCardinality(String),
    interface LowCardinality(String),
    communityId String,
    sourceIp IPv6,
    sourcePort UInt16,
    destinationIp IPv6,
    destinationPort UInt16,
    seq UInt32,
    ack UInt32,
    flags UInt16,
    verdict LowCardinality(String),
    blindReason LowCardinality(String),
    blindAt LowCardinality(String),
    pairing LowCardinality(String),
    synSeenAt Array(Tuple(gateway String, interface String, time DateTime64(9, 'UTC'))),
    retransmissions UInt32,
    dropped Bool,
    INDEX flow communityId TYPE bloom_filter(0.01) GRANULARITY 1
)
ENGINE = ReplacingMergeTree(revision)
PARTITION BY toDate(time)
ORDER BY (time, id)
TTL toDateTime(time) + INTERVAL 1 YEAR
SETTINGS ttl_only_drop_parts = 1;

CREATE TABLE IF NOT EXISTS crossgate.orphaned_syn_acks_topic
(
    id String,
    revision Int32,
    last Bool,
    time DateTime64(6, 'UTC'),
    timeNanos Int32,
    gateway String,
    interface String,
    communityId String,
    source Tuple(ip String, port Int32),
    destination Tuple(ip String, port Int32),
    seq Int64,
    ack Int64,
    flags Int32,
    verdict String,
    blindReason String,
    blindAt String,
    pairing String,
    synSeenAt Array(Tuple(gateway String, interface String, time DateTime64(6, 'UTC'), timeNanos Int32)),
    retransmissions Int32,
    dropped Bool
)
ENGINE = Kafka
SETTINGS kafka_broker_list = 'kafka:9092', kafka_topic_list = 'crossgate.events.orphaned-syn-ack.v1', kafka_group_name = 'clickhouse-orphaned-syn-acks',
    kafka_format = 'AvroConfluent', format_avro_schema_registry_url = 'http://registry:8081', kafka_handle_error_mode = 'stream';

CREATE MATERIALIZED VIEW IF NOT EXISTS crossgate.orphaned_syn_acks_from_topic TO crossgate.orphaned_syn_acks AS
SELECT id, revision, last, with_nanos(time, timeNanos) AS time, gateway, interface, communityId, toIPv6(source.ip) AS sourceIp, source.port AS sourcePort,
    toIPv6(destination.ip) AS destinationIp, destination.port AS destinationPort, seq, ack, flags, verdict, blindReason, blindAt, pairing,
    arrayMap(s -> (s.gateway, s.interface, with_nanos(s.time, s.timeNanos)), synSeenAt) AS synSeenAt, retransmissions, dropped
FROM crossgate.orphaned_syn_acks_topic
WHERE length(_error) = 0;


-- INVALID drops. They have no revisions; a record that comes twice is one row all the same.

CREATE TABLE IF NOT EXISTS crossgate.invalid_drops
(
    id FixedString(32),
    time DateTime64(9, 'UTC') CODEC(Delta, ZSTD),
    packetTime DateTime64(9, 'UTC') CODEC(Delta, ZSTD),
    gateway LowCardinality(String),
    interface LowCardinality(String),
    communityId String,
    protocol UInt8,
    sourceIp IPv6,
    sourcePort UInt16,
    destinationIp IPv6,
    destinationPort UInt16,
    seq UInt32,
    ack UInt32,
    flags UInt16,
    icmpType Int16,
    icmpCode Int16,
    reason LowCardinality(String),
    state LowCardinality(String),
    evidence LowCardinality(String),
    INDEX flow communityId TYPE bloom_filter(0.01) GRANULARITY 1
)
ENGINE = ReplacingMergeTree
PARTITION BY toDate(time)
ORDER BY (time, id)
TTL toDateTime(time) + INTERVAL 1 YEAR
SETTINGS ttl_only_drop_parts = 1;

CREATE TABLE IF NOT EXISTS crossgate.invalid_drops_topic
(
    id String,
    time DateTime64(6, 'UTC'),
    timeNanos Int32,
    packetTime DateTime64(6, 'UTC'),
    packetTimeNanos Int32,
    gateway String,
    interface String,
    communityId String,
    protocol Int32,
    source Tuple(ip String, port Int32),
    destination Tuple(ip String, port Int32),
    seq Int64,
    ack Int64,
    flags Int32,
    icmpType Int32,
    icmpCode Int32,
    reason String,
    state String,
    evidence String
)
ENGINE = Kafka
SETTINGS kafka_broker_list = 'kafka:9092', kafka_topic_list = 'crossgate.events.invalid-drop.v1', kafka_group_name = 'clickhouse-invalid-drops',
    kafka_format = 'AvroConfluent', format_avro_schema_registry_url = 'http://registry:8081', kafka_handle_error_mode = 'stream';

CREATE MATERIALIZED VIEW IF NOT EXISTS crossgate.invalid_drops_from_topic TO crossgate.invalid_drops AS
SELECT id, with_nanos(time, timeNanos) AS time, with_nanos(packetTime, packetTimeNanos) AS packetTime, gateway, interface, communityId, protocol,
    toIPv6(source.ip) AS sourceIp, source.port AS sourcePort, toIPv6(destination.ip) AS destinationIp, destination.port AS destinationPort, seq, ack, flags,
    icmpType, icmpCode, reason, state, evidence
FROM crossgate.invalid_drops_topic
WHERE length(_error) = 0;


-- Incidents: few, and kept. firstSeen may move from one revision to the next, so neither the key nor a partition may hang on it.

CREATE TABLE IF NOT EXISTS crossgate.incidents
(
    id FixedString(32),
    revision UInt32,
    last Bool,
    cause LowCardinality(String),
    synGateway LowCardinality(String),
    synAckGateway LowCardinality(String),
    dropGateway LowCardinality(String),
    clients String,
    clientCount UInt32,
    clientCountAtLeast Bool,
    serverIp IPv6,
    serverPort UInt16,
    handshakes UInt64,
    failed UInt64,
    handshakesBefore UInt64,
    failedBefore UInt64,
    firstSeen DateTime64(9, 'UTC'),
    lastSeen DateTime64(9, 'UTC'),
    drops UInt64,
    evidence LowCardinality(Nullable(String)),
    reason LowCardinality(String),
    state LowCardinality(String),
    pingRequests UInt64,
    pingReplies UInt64,
    unaffected Array(Tuple(clients String, handshakes UInt64)),
    remedy Array(String)
)
ENGINE = ReplacingMergeTree(revision)
ORDER BY id;

CREATE TABLE IF NOT EXISTS crossgate.incidents_topic
(
    id String,
    revision Int32,
    last Bool,
    cause String,
    synGateway String,
    synAckGateway String,
    dropGateway String,
    clients String,
    clientCount Int32,
    clientCountAtLeast Bool,
    server Tuple(ip String, port Int32),
    handshakes Int64,
    failed Int64,
    handshakesBefore Int64,
    failedBefore Int64,
    firstSeen DateTime64(6, 'UTC'),
    firstSeenNanos Int32,
    lastSeen DateTime64(6, 'UTC'),
    lastSeenNanos Int32,
    drops Int64,
    evidence Nullable(String),
    reason String,
    state String,
    pingRequests Int64,
    pingReplies Int64,
    unaffected Array(Tuple(clients String, handshakes Int64)),
    remedy Array(String)
)
ENGINE = Kafka
SETTINGS kafka_broker_list = 'kafka:9092', kafka_topic_list = 'crossgate.incidents.v1', kafka_group_name = 'clickhouse-incidents',
    kafka_format = 'AvroConfluent', format_avro_schema_registry_url = 'http://registry:8081', kafka_handle_error_mode = 'stream';

CREATE MATERIALIZED VIEW IF NOT EXISTS crossgate.incidents_from_topic TO crossgate.incidents AS
SELECT id, revision, last, cause, synGateway, synAckGateway, dropGateway, clients, clientCount, clientCountAtLeast, toIPv6(server.ip) AS serverIp,
    server.port AS serverPort, handshakes, failed, handshakesBefore, failedBefore, with_nanos(firstSeen, firstSeenNanos) AS firstSeen,
    with_nanos(lastSeen, lastSeenNanos) AS lastSeen, drops, evidence, reason, state, pingRequests, pingReplies, unaffected, remedy
FROM crossgate.incidents_topic
WHERE length(_error) = 0;


-- Records that could not be read, of any of the topics.

CREATE TABLE IF NOT EXISTS crossgate.unreadable
(
    at DateTime DEFAULT now(),
    topic LowCardinality(String),
    partition UInt64,
    offset UInt64,
    raw String,
    error String
)
ENGINE = MergeTree
ORDER BY (topic, partition, offset)
TTL at + INTERVAL 30 DAY;

CREATE MATERIALIZED VIEW IF NOT EXISTS crossgate.unreadable_flows TO crossgate.unreadable AS
SELECT _topic AS topic, _partition AS partition, _offset AS offset, _raw_message AS raw, _error AS error FROM crossgate.flows_topic WHERE length(_error) > 0;

CREATE MATERIALIZED VIEW IF NOT EXISTS crossgate.unreadable_orphaned_syn_acks TO crossgate.unreadable AS
SELECT _topic AS topic, _partition AS partition, _offset AS offset, _raw_message AS raw, _error AS error FROM crossgate.orphaned_syn_acks_topic WHERE length(_error) > 0;

CREATE MATERIALIZED VIEW IF NOT EXISTS crossgate.unreadable_invalid_drops TO crossgate.unreadable AS
SELECT _topic AS topic, _partition AS partition, _offset AS offset, _raw_message AS raw, _error AS error FROM crossgate.invalid_drops_topic WHERE length(_error) > 0;

CREATE MATERIALIZED VIEW IF NOT EXISTS crossgate.unreadable_incidents TO crossgate.unreadable AS
SELECT _topic AS topic, _partition AS partition, _offset AS offset, _raw_message AS raw, _error AS error FROM crossgate.incidents_topic WHERE length(_error) > 0;
