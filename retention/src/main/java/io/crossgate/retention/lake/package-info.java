/** The lake as a place: its folders, its tables and their columns, and the manifest that says which files count. */
package io.crossgate.retention.lake;
