/** What a destination is to a feed: it takes a batch and says, of each item, whether it has it. */
package io.crossgate.feeds.destination;
