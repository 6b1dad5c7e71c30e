/** What every format is made from and every destination carries: an event as a line of text, its words in the field's own terms, its severity. */
package io.crossgate.feeds.event;
