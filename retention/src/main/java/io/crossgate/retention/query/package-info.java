/** Questions to a lake: which files they need, SQL that can reach nothing else, and the questions that people ask most. */
package io.crossgate.retention.query;
