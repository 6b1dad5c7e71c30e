/** Batches over HTTP: Elasticsearch's bulk call, Splunk's event collector, and any endpoint that takes lines. */
package io.crossgate.feeds.http;
