/** A state store that serialises only what changed since the last commit, and restores whole commits only. */
package io.crossgate.streams.state;
