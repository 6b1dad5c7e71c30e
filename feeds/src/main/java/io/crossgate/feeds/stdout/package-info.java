/** Lines to standard output. */
package io.crossgate.feeds.stdout;
