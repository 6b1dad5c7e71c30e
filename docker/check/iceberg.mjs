// Reads the Iceberg tables with a reader that shares no code with the sink, ClickHouse's, and holds them against what `crossgate run --json` printed.
import { createRequire } from 'node:module';
import { deepStrictEqual } from 'node:assert';
import { expected, flow, same, time } from './expected.mjs';

const require = createRequire(`${process.cwd()}/`);
const { Session } = require('chdb');
const [warehouse, ndjson] = process.argv.slice(2);
const events = expected(ndjson);
const session = new Session();
const rows = sql => session.query(sql, 'JSONCompactEachRow').split('\n').filter(Boolean).map(JSON.parse);
const plain = 'output_format_json_quote_64bit_integers = 0';

session.query('CREATE DATABASE ice', 'CSV');
const tables = { flows: events.flows, orphaned_syn_acks: events.orphans, invalid_drops: events.drops, incidents: events.incidents };
const last = (name, columns) => `SELECT ${columns} FROM ice.${name} ${name === 'invalid_drops' ? '' : 'ORDER BY revision DESC '}LIMIT 1 BY id`;

let have;
const until = Date.now() + Number(process.env.PATIENCE ?? 240) * 1000;
do {
    await new Promise(wake => setTimeout(wake, 2000));
    have = {};
    for (const name of Object.keys(tables)) {
        session.query(`DROP TABLE IF EXISTS ice.${name}`, 'CSV');
        try {
            session.query(`CREATE TABLE ice.${name} ENGINE = IcebergLocal('${warehouse}/crossgate/${name}')`, 'CSV');
            have[name] = rows(`SELECT toUInt32(uniqExact(id)) FROM ice.${name}`)[0][0];
        } catch (e) {
            have[name] = String(e.message).slice(0, 200);
        }
    }
} while (Object.keys(tables).some(name => have[name] !== tables[name].size) && Date.now() < until);
for (const name of Object.keys(tables)) {
    deepStrictEqual(have[name], tables[name].size, name);
}
console.log(`Iceberg, read by ClickHouse ${rows('SELECT version()')[0][0]}`);
for (const name of Object.keys(tables)) {
    console.log(`  ${name}: ${rows(`SELECT toUInt32(count()) FROM ice.${name}`)[0][0]} records, ${have[name]} after the last revision of each`);
}
const way = side => ['ip', 'port', 'packets', 'bytes', 'payloadBytes', 'flags', 'retransmissions'].map(f => `tupleElement(${side}, '${f}')`).join();

same('flows', rows(`${last('flows', `id, revision, last, gateway, communityId, protocol, toString(start, 'UTC'), toString(end, 'UTC'), endReason, connState, history, ${way('origin')},
    ${way('response')}, synToSynAck, synAckToAck, conntrackState, invalid`)} SETTINGS ${plain}`), events.flows, e => flow(e, 6));
same('nanoseconds of start', rows(last('flows', "id, concat(toString(start, 'UTC'), leftPad(toString(startNanos), 3, '0'))")), events.flows, e => [e.id, time(e.start, 9)]);
same('orphaned SYN-ACKs', rows(last('orphaned_syn_acks', `id, revision, toString(time, 'UTC'), gateway, communityId, tupleElement(destination, 'ip'), tupleElement(destination, 'port'),
    verdict, pairing, dropped`)), events.orphans,
    e => [e.id, e.revision, time(e.time, 6), e.gateway, e.communityId, e.destination.ip, e.destination.port, e.verdict, e.pairing, e.dropped]);
same('INVALID drops', rows(last('invalid_drops', "id, toString(time, 'UTC'), gateway, communityId, reason, state, evidence")), events.drops,
    e => [e.id, time(e.time, 6), e.gateway, e.communityId, e.reason, e.state, e.evidence]);
same('incidents', rows(`${last('incidents', 'id, revision, last, cause, clients, failed, handshakes, drops, remedy')} SETTINGS ${plain}`), events.incidents,
    e => [e.id, e.revision, e.last, e.cause, e.clients, e.failed, e.handshakes, e.drops, e.remedy]);
console.log('Iceberg: all as expected');
process.exit(0);
