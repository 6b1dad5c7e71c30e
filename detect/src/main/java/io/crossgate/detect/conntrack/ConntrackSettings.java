package io.crossgate.detect.conntrack;

import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/** How one firewall's connection tracker is set. Immutable. */
public final class ConntrackSettings {
    private static final ConntrackSetting[] ALL = ConntrackSetting.values();
    private static final TcpState[] STATES = TcpState.values();
    /** The kernel has no setting for this one, and does not follow that of SYN_SENT. */
    private static final long SYN_SENT2_TIMEOUT = TimeUnit.SECONDS.toNanos(120);
    /** The kernel's settings where nobody changed them. */
    public static final ConntrackSettings DEFAULTS = new ConntrackSettings(Arrays.stream(ALL).mapToLong(ConntrackSetting::defaultValue).toArray());

    private final long[] values;
    private final long[] stateTimeouts = new long[STATES.length];

    private ConntrackSettings(long[] values) {
        this.values = values;
        for (TcpState state : STATES) {
            stateTimeouts[state.ordinal()] = state == TcpState.SYN_SENT2 ? SYN_SENT2_TIMEOUT : state == TcpState.NONE ? 0 : nanos(state.timeoutSetting());
        }
    }

    public long get(ConntrackSetting setting) {
        return values[setting.ordinal()];
    }

    boolean on(ConntrackSetting setting) {
        return values[setting.ordinal()] != 0;
    }

    /** A time-out in nanoseconds. */
    public long nanos(ConntrackSetting timeout) {
        return TimeUnit.SECONDS.toNanos(values[timeout.ordinal()]);
    }

    /** How long an entry in {@code state} lives without a packet, nanoseconds. */
    long timeout(TcpState state) {
        return stateTimeouts[state.ordinal()];
    }

    /** True if one of the time-outs is not the kernel's default. */
    public boolean setsTimeOut() {
        for (ConntrackSetting setting : ALL) {
            if (setting.kernelName().contains("_timeout") && get(setting) != setting.defaultValue()) {
                return true;
            }
        }
        return false;
    }

    /** These settings with one changed. */
    public ConntrackSettings with(ConntrackSetting setting, long value) {
        if (value < 0 || value > setting.maximum()) {
            throw new IllegalArgumentException(setting.kernelName() + " is 0 to " + setting.maximum());
        }
        long[] changed = values.clone();
        changed[setting.ordinal()] = value;
        return new ConntrackSettings(changed);
    }

    /**
     * These settings with one changed, by its kernel name.
     *
     * @throws IllegalArgumentException if there is no such setting, or it can't have that value
     */
    public ConntrackSettings with(String kernelName, String value) {
        ConntrackSetting setting = ConntrackSetting.of(kernelName);
        try {
            return with(setting, Long.parseLong(value.strip()));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(kernelName + " is a number from 0 to " + setting.maximum() + ", not \"" + value + "\"", e);
        }
    }

    @Override
    public boolean equals(Object o) {
        return o instanceof ConntrackSettings other && Arrays.equals(values, other.values);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(values);
    }

    /** The settings that differ from the defaults. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (ConntrackSetting setting : ALL) {
            if (get(setting) != setting.defaultValue()) {
                text.append(text.isEmpty() ? "" : " ").append(setting.kernelName()).append('=').append(get(setting));
            }
        }
        return text.isEmpty() ? "defaults" : text.toString();
    }
}
