package org.praxino.app.cli;

import picocli.CommandLine.IVersionProvider;

/** The {@code --version} text. */
public final class Version implements IVersionProvider {
    /** The version in the jar's manifest, or {@code development} when run from class files. */
    public static String text() {
        String v = Version.class.getPackage().getImplementationVersion();
        return v == null ? "development" : v;
    }

    @Override
    public String[] getVersion() {
        return new String[] {
            "praxino " + text() + " (Java " + Runtime.version() + ", " + System.getProperty("os.name") + " "
                    + System.getProperty("os.arch") + ")"
        };
    }
}
