/** Lines to a topic of the same cluster. */
package io.crossgate.feeds.kafka;
