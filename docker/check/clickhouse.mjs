// ClickHouse reads the topics by crossgate.sql and answers questions.sql; what it has is held against what `crossgate run --json` printed.
// ClickHouse runs in this process (chDB, the same engine as a library).
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { deepStrictEqual, ok } from 'node:assert';
import { expected, flow, same, time } from './expected.mjs';

const require = createRequire(`${process.cwd()}/`);
const { Session } = require('chdb');
const { Kafka, logLevel } = require('kafkajs');
const [folder, broker, registry, ndjson] = process.argv.slice(2);
const events = expected(ndjson);
const session = new Session();
const run = sql => session.query(sql, 'CSV');
const rows = sql => session.query(sql, 'JSONCompactEachRow').split('\n').filter(Boolean).map(JSON.parse);
const one = sql => rows(sql)[0][0];
const plain = 'output_format_json_quote_64bit_integers = 0';
const statements = text => text.replace(/^--.*$/gm, '').split(/;\s*$/m).map(s => s.trim()).filter(Boolean);

console.log(`ClickHouse ${one('SELECT version()')}`);
const ddl = statements(readFileSync(`${folder}/clickhouse/crossgate.sql`, 'utf8').replaceAll('kafka:9092', broker).replaceAll('http://registry:8081', registry));
ddl.forEach(run);
ddl.forEach(run); // twice: it may be given to a server that has it
console.log(`  crossgate.sql: ${ddl.length} statements taken, twice`);

const kafka = new Kafka({ brokers: [broker], logLevel: logLevel.NOTHING });
const producer = kafka.producer();
await producer.connect();
await producer.send({ topic: 'crossgate.flows.v1', messages: [{ key: 'bad', value: 'no Avro' }] });
await producer.disconnect();

const wanted = `${events.flows.size},${events.orphans.size},${events.drops.size},${events.incidents.size},1`;
let have;
for (let i = 0; i < 1200; i++) {
    have = ['flows', 'orphaned_syn_acks', 'invalid_drops', 'incidents', 'unreadable'].map(t => one(`SELECT toUInt32(uniqExact(${t === 'unreadable' ? 'offset' : 'id'})) FROM crossgate.${t}`)).join();
    const lag = rows('SELECT max(revision) FROM crossgate.incidents')[0][0];
    if (have === wanted && lag === Math.max(...[...events.incidents.values()].map(e => e.revision))) break;
    await new Promise(wake => setTimeout(wake, 500));
}
deepStrictEqual(have, wanted, 'flows, orphans, drops, incidents, unreadable');

const way = side => `ip_text(${side}Ip), ${side}Port, ${side}Packets, ${side}Bytes, ${side}PayloadBytes, ${side}Flags, ${side}Retransmissions`;
const flows = () => rows(`SELECT id, revision, last, gateway, communityId, protocol, start, end, endReason, connState, history, ${way('origin')}, ${way('response')},
    synToSynAck, synAckToAck, conntrackState, invalid FROM crossgate.flows FINAL SETTINGS ${plain}`);
same('flows', flows(), events.flows, e => flow(e, 9));
same('orphaned SYN-ACKs', rows(`SELECT id, revision, time, gateway, interface, communityId, ip_text(sourceIp), sourcePort, ip_text(destinationIp), destinationPort, seq, ack, verdict,
    pairing, arrayMap(s -> [s.gateway, s.interface, toString(s.time)], synSeenAt), retransmissions, dropped FROM crossgate.orphaned_syn_acks FINAL`), events.orphans,
    e => [e.id, e.revision, time(e.time, 9), e.gateway, e.interface, e.communityId, e.source.ip, e.source.port, e.destination.ip, e.destination.port, e.tcp.seq, e.tcp.ack,
        e.verdict, e.pairing, e.synSeenAt.map(s => [s.gateway, s.interface, time(s.time, 9)]), e.retransmissions, e.dropped]);
same('INVALID drops', rows(`SELECT id, time, packetTime, gateway, interface, communityId, protocol, ip_text(sourceIp), sourcePort, ip_text(destinationIp), destinationPort, seq, ack,
    reason, state, evidence FROM crossgate.invalid_drops FINAL`), events.drops,
    e => [e.id, time(e.time, 9), time(e.packetTime, 9), e.gateway, e.interface, e.communityId, e.protocol, e.source.ip, e.source.port, e.destination.ip, e.destination.port,
        e.tcp.seq, e.tcp.ack, e.reason, e.state, e.evidence]);
same('incidents', rows(`SELECT id, revision, last, cause, synGateway, synAckGateway, dropGateway, clients, clientCount, ip_text(serverIp), serverPort, handshakes, failed,
    handshakesBefore, failedBefore, firstSeen, lastSeen, drops, evidence, remedy FROM crossgate.incidents FINAL SETTINGS ${plain}`), events.incidents,
    e => [e.id, e.revision, e.last, e.cause, e.synGateway, e.synAckGateway, e.dropGateway, e.clients, e.clientCount, e.server.ip, e.server.port, e.handshakes, e.failed,
        e.handshakesBefore, e.failedBefore, time(e.firstSeen, 9), time(e.lastSeen, 9), e.drops, e.evidence, e.remedy]);

run('INSERT INTO crossgate.flows SELECT * FROM crossgate.flows');
same('flows, every record delivered twice', flows(), events.flows, e => flow(e, 9));
const some = [...events.flows.values()][0];
run(`INSERT INTO crossgate.flows SELECT * REPLACE (revision + 1 AS revision, originPackets + 7 AS originPackets) FROM crossgate.flows WHERE id = '${some.id}' LIMIT 1`);
run(`INSERT INTO crossgate.flows SELECT * FROM crossgate.flows WHERE id = '${some.id}' AND revision = ${some.revision} LIMIT 1`);
deepStrictEqual(rows(`SELECT revision, toUInt32(originPackets) FROM crossgate.flows FINAL WHERE id = '${some.id}'`), [[some.revision + 1, some.origin.packets + 7]]);
run('OPTIMIZE TABLE crossgate.flows FINAL');
deepStrictEqual(one('SELECT toUInt32(count()) FROM crossgate.flows'), events.flows.size);
console.log('  a later revision supersedes the earlier, also where the earlier comes again after it');

const parameters = { client: '10.20.30.0/24', server: '203.0.113.0/24', days: '3650', limit: '5', communityId: [...events.orphans.values()][0].communityId };
Object.entries(parameters).forEach(([name, value]) => run(`SET param_${name} = '${value}'`));
const answers = {};
for (const [, name, sql] of readFileSync(`${folder}/clickhouse/questions.sql`, 'utf8').matchAll(/^-- ([a-z-]+)(?::[^\n]*)?\n(SELECT[^]*?);$/gm)) {
    answers[name] = rows(sql);
    console.log(`\n${name}\n${session.query(sql, 'PrettyCompactMonoBlock').trimEnd()}`);
}
const between = [...events.flows.values()].filter(e => e.origin.ip.startsWith('10.20.30.') && e.response.ip.startsWith('203.0.113.'));
run("SET param_limit = '1000000'");
const text = readFileSync(`${folder}/clickhouse/questions.sql`, 'utf8');
deepStrictEqual(rows(/-- flows-between[^\n]*\n(SELECT[^]*?);/.exec(text)[1]).length, between.length, 'flows between the prefixes');
const orphans = [...events.orphans.values()];
deepStrictEqual(answers['orphans-per-gateway-and-hour'].reduce((sum, row) => sum + Number(row[2]), 0), orphans.length, 'orphans by hour');
deepStrictEqual(answers['one-community-id'].filter(row => row[2] === 'orphaned SYN-ACK').length, orphans.filter(e => e.communityId === parameters.communityId).length);
ok(answers['one-community-id'].some(row => row[2] === 'flow') && answers['one-community-id'].some(row => row[2] === 'INVALID drop'));
deepStrictEqual(answers['unreadable'].length, 1);
console.log('\nClickHouse: all as expected');
process.exit(0); // its threads would go on reading the topics
