/** Fills a lake from the topics exactly once, and keeps it: compaction, expiry, and deletion of an address's records. */
package io.crossgate.retention.retain;
