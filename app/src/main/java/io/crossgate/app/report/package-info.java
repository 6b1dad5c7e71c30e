/** What was found, told to people at a terminal and, as NDJSON, to machines. */
package io.crossgate.app.report;
