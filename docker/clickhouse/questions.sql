-- Questions to the tables of crossgate.sql, a name before each. What is in braces are parameters:
-- clickhouse-client --database crossgate --param_client=10.20.30.0/24 --param_server=203.0.113.0/24 --param_days=90 --query '…'

-- flows-between-prefixes: flows between two prefixes, whichever side began them, newest first
SELECT start, gateway, communityId, ip_text(originIp) AS origin, originPort, ip_text(responseIp) AS response, responsePort, connState, history,
    originPackets, responsePackets, originBytes + responseBytes AS bytes
FROM crossgate.flows FINAL
WHERE start >= now() - toIntervalDay({days:UInt16})
    AND ((in_prefix(originIp, {client:String}) AND in_prefix(responseIp, {server:String}))
        OR (in_prefix(originIp, {server:String}) AND in_prefix(responseIp, {client:String})))
ORDER BY start DESC, gateway
LIMIT {limit:UInt32};

-- one-community-id: all that is known of a flow, in order of time
SELECT time, gateway, what, detail
FROM
(
    SELECT start AS time, gateway, 'flow' AS what, concat(connState, ' ', history, ', ', toString(originPackets), ' and ', toString(responsePackets), ' packets') AS detail
    FROM crossgate.flows FINAL WHERE communityId = {communityId:String}
    UNION ALL
    SELECT time, gateway, 'orphaned SYN-ACK', concat(verdict, ', ', pairing, if(dropped, ', dropped', ''))
    FROM crossgate.orphaned_syn_acks FINAL WHERE communityId = {communityId:String}
    UNION ALL
    SELECT time, gateway, 'INVALID drop', concat(reason, ', ', state, ', ', evidence)
    FROM crossgate.invalid_drops FINAL WHERE communityId = {communityId:String}
)
ORDER BY time, gateway, what;

-- orphans-per-gateway-and-hour
SELECT toStartOfHour(time) AS hour, gateway, count() AS orphans, countIf(dropped) AS dropped, countIf(verdict = 'ASYMMETRIC') AS asymmetric
FROM crossgate.orphaned_syn_acks FINAL
WHERE time >= now() - toIntervalDay({days:UInt16})
GROUP BY hour, gateway
ORDER BY hour, gateway;

-- one-way-flows: which gateways carried one direction only, and how often
SELECT gateway, ip_text(responseIp) AS server, responsePort AS port, countIf(originPackets = 0) AS repliesOnly, countIf(responsePackets = 0) AS requestsOnly, count() AS flows
FROM crossgate.flows FINAL
WHERE start >= now() - toIntervalDay({days:UInt16}) AND protocol = 6
GROUP BY gateway, server, port
HAVING repliesOnly > 0 OR requestsOnly > 0
ORDER BY repliesOnly + requestsOnly DESC, gateway
LIMIT {limit:UInt32};

-- open-incidents
SELECT firstSeen, cause, clients, ip_text(serverIp) AS server, serverPort, synGateway, dropGateway, failed, handshakes, drops, remedy
FROM crossgate.incidents FINAL
WHERE NOT last
ORDER BY firstSeen;

-- unreadable: records that could not be read
SELECT topic, count() AS records, min(at) AS first, any(error) AS error
FROM crossgate.unreadable
GROUP BY topic;
