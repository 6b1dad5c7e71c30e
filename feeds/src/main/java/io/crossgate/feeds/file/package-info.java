/** Lines to a file that is rotated by size. */
package io.crossgate.feeds.file;
