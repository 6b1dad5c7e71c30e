package io.crossgate.app.command;

import picocli.CommandLine.IVersionProvider;

/** The version, from the jar's manifest. */
final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
        String version = implementation();
        return new String[] {"crossgate " + (version == null ? "(built from classes)" : version)};
    }

    /** The number alone; 0 where there is no manifest. */
    static String number() {
        String version = implementation();
        return version == null ? "0" : version;
    }

    private static String implementation() {
        return Version.class.getPackage().getImplementationVersion();
    }
}
