// What `crossgate run --json` printed, as rows of the engines' tables ought to say it.
import { readFileSync } from 'node:fs';
import { deepStrictEqual } from 'node:assert';

const BITS = { F: 1, S: 2, R: 4, P: 8, A: 16, U: 32, E: 64, C: 128, N: 256 };
const bits = letters => [...letters].reduce((sum, letter) => sum + BITS[letter], 0);

export function expected(file) {
    const events = readFileSync(file, 'utf8').split('\n').filter(Boolean).map(JSON.parse);
    const of = kind => new Map(events.filter(e => e.event === kind).map(e => [e.id, e]));
    return { flows: of('flow'), orphans: of('orphaned-syn-ack'), drops: of('invalid-drop'), incidents: of('incident') };
}

const way = side => [side.ip, side.port, side.packets, side.bytes, side.payloadBytes, bits(side.flags), side.retransmissions];

/** Columns of a flow, times cut to the digits that the engine keeps: 9 of ClickHouse, 6 of Iceberg. */
export function flow(e, digits) {
    return [e.id, e.revision, e.last, e.gateway, e.communityId, { tcp: 6, icmp: 1, 'ipv6-icmp': 58 }[e.proto], time(e.start, digits), time(e.end, digits), e.endReason,
        e.connState, e.history, ...way(e.origin), ...way(e.response), e.synToSynAckNanos ?? null, e.synAckToAckNanos ?? null, e.conntrackState, e.invalid];
}

export const time = (text, digits) => text.replace('T', ' ').replace('Z', '').slice(0, 20 + digits);

export function same(what, rows, events, columns) {
    deepStrictEqual(rows.length, events.size, `${what}: ${rows.length} rows of ${events.size}`);
    for (const row of rows) {
        deepStrictEqual(row, columns(events.get(row[0])), `${what} ${row[0]}`);
    }
    console.log(`  ${what}: ${rows.length} rows, as \`--json\` says`);
}
