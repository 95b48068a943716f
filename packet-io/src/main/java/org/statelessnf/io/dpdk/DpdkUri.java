package org.statelessnf.io.dpdk;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A device as the user names it.
 *
 * <pre>
 *   dpdk:net_af_packet,iface=veth0?queues=2&amp;buffers=8191
 *        ^device       ^arguments  ^options
 * </pre>
 *
 * <p>The device is a PCI address or the name of a driver for virtual devices, with a number or
 * without (then the port chooses one). Its arguments go to the driver as they are. The options are
 * this package's:
 *
 * <ul>
 *   <li>{@code queues}: queues of the device, 1 to {@value #MAX_QUEUES}; each serves one pipe.
 *       Default: as many as there are pipes.
 *   <li>{@code buffers}: packet buffers of the port's pool, {@value #MIN_BUFFERS} to {@value
 *       #MAX_BUFFERS}. Default {@value #USUAL_BUFFERS}.
 *   <li>{@code frame}: bytes of the longest frame that fits a buffer. Default {@value
 *       #USUAL_FRAME_BYTES}.
 *   <li>{@code descriptors}: length of each hardware ring. Default {@value #USUAL_DESCRIPTORS}.
 *   <li>{@code promiscuous}: {@code on} (default) or {@code off}.
 * </ul>
 *
 * @param device name of a virtual device's driver, or a PCI address
 * @param arguments of the driver, in the order given
 * @param queues number of queues; 0 if not said
 * @param buffers packet buffers of the pool
 * @param frameBytes longest frame
 * @param descriptors length of a ring
 * @param promiscuous whether frames to other stations are received
 */
public record DpdkUri(
    String device,
    List<String> arguments,
    int queues,
    int buffers,
    int frameBytes,
    int descriptors,
    boolean promiscuous) {
  /** What a URI of this kind begins with. */
  public static final String SCHEME = "dpdk:";

  static final int MAX_QUEUES = 16;
  static final int MIN_BUFFERS = 512;
  static final int MAX_BUFFERS = 1 << 20;
  static final int USUAL_BUFFERS = 16_383;
  static final int USUAL_FRAME_BYTES = 2_048;
  static final int USUAL_DESCRIPTORS = 1_024;

  private static final int MIN_FRAME_BYTES = 256;
  private static final int MAX_FRAME_BYTES = 65_000;
  private static final int MIN_DESCRIPTORS = 32;
  private static final int MAX_DESCRIPTORS = 32_768;
  private static final Pattern PCI =
      Pattern.compile("(?:[0-9a-fA-F]{4}:)?[0-9a-fA-F]{2}:[0-9a-fA-F]{2}\\.[0-7]");
  private static final Pattern VIRTUAL = Pattern.compile("net_[a-z][a-z0-9_]*");

  /** Keeps its own copy of the arguments. */
  public DpdkUri {
    arguments = List.copyOf(arguments);
  }

  /** Whether a text is of this kind. */
  public static boolean isOne(String text) {
    return text.startsWith(SCHEME);
  }

  /**
   * Reads a URI.
   *
   * @param text begins with {@link #SCHEME}
   * @throws DpdkConfigException if it is wrong
   */
  public static DpdkUri parse(String text) {
    if (!isOne(text)) {
      throw new DpdkConfigException("port '" + text + "' does not begin with " + SCHEME);
    }
    int query = text.indexOf('?');
    String[] parts =
        text.substring(SCHEME.length(), query < 0 ? text.length() : query).split(",", -1);
    boolean pci = PCI.matcher(parts[0]).matches();
    if (!pci && !VIRTUAL.matcher(parts[0]).matches()) {
      throw wrong(
          text,
          "'"
              + parts[0]
              + "' is neither a virtual device (net_null, net_ring, net_pcap, net_af_packet,"
              + " net_af_xdp, net_tap) nor a PCI address (0000:03:00.0)");
    }
    for (int i = 1; i < parts.length; i++) {
      if (parts[i].isBlank()) {
        throw wrong(text, "there is nothing between two commas, or behind the last");
      }
    }
    Options options = new Options(text);
    if (query >= 0) {
      options.read(text.substring(query + 1));
    }
    return new DpdkUri(
        pci ? fullPciAddress(parts[0]) : parts[0],
        List.of(parts).subList(1, parts.length),
        options.queues,
        options.buffers,
        options.frameBytes,
        options.descriptors,
        options.promiscuous);
  }

  /** Whether the device is on the PCI bus; else it is virtual. */
  public boolean isPci() {
    return device.indexOf(':') >= 0;
  }

  /** The driver of a virtual device: its name without the number. */
  public String driver() {
    return isNumbered() ? device.replaceFirst("[0-9]+$", "") : device;
  }

  /** Whether the user chose the virtual device's number. */
  boolean isNumbered() {
    return !isPci() && Character.isDigit(device.charAt(device.length() - 1));
  }

  /** Value of a driver's argument, null if it is not given. */
  @Nullable String argument(String key) {
    for (String argument : arguments) {
      if (argument.startsWith(key + "=")) {
        return argument.substring(key.length() + 1);
      }
    }
    return null;
  }

  /** The arguments with some more, unless the user has given those. */
  List<String> argumentsAnd(String... defaults) {
    List<String> all = new ArrayList<>(arguments);
    for (String more : defaults) {
      if (argument(more.substring(0, more.indexOf('='))) == null) {
        all.add(more);
      }
    }
    return all;
  }

  /** The URI without its options. */
  @Override
  public String toString() {
    return SCHEME + device + (arguments.isEmpty() ? "" : "," + String.join(",", arguments));
  }

  private static String fullPciAddress(String address) {
    return address.length() == "03:00.0".length() ? "0000:" + address : address;
  }

  private static DpdkConfigException wrong(String text, String what) {
    return new DpdkConfigException("port '" + text + "': " + what);
  }

  /** What stands behind the question mark. */
  private static final class Options {
    private final String text;
    private int queues;
    private int buffers = USUAL_BUFFERS;
    private int frameBytes = USUAL_FRAME_BYTES;
    private int descriptors = USUAL_DESCRIPTORS;
    private boolean promiscuous = true;

    Options(String text) {
      this.text = text;
    }

    void read(String query) {
      for (String option : query.split("&", -1)) {
        int equals = option.indexOf('=');
        if (equals <= 0) {
          throw wrong(text, "option '" + option + "' is not NAME=VALUE");
        }
        read(option.substring(0, equals), option.substring(equals + 1));
      }
    }

    private void read(String name, String value) {
      switch (name) {
        case "queues" -> queues = number(name, value, 1, MAX_QUEUES);
        case "buffers" -> buffers = number(name, value, MIN_BUFFERS, MAX_BUFFERS);
        case "frame" -> frameBytes = number(name, value, MIN_FRAME_BYTES, MAX_FRAME_BYTES);
        case "descriptors" -> descriptors = number(name, value, MIN_DESCRIPTORS, MAX_DESCRIPTORS);
        case "promiscuous" -> promiscuous = onOff(name, value);
        default ->
            throw wrong(
                text,
                "option '"
                    + name
                    + "' is not one of queues, buffers, frame, descriptors, promiscuous");
      }
    }

    private int number(String name, String value, int least, int most) {
      if (!value.matches("[0-9]{1,9}")
          || Integer.parseInt(value) < least
          || Integer.parseInt(value) > most) {
        throw wrong(text, name + "=" + value + " is not a number from " + least + " to " + most);
      }
      return Integer.parseInt(value);
    }

    private boolean onOff(String name, String value) {
      return switch (value) {
        case "on" -> true;
        case "off" -> false;
        default -> throw wrong(text, name + "=" + value + " is neither on nor off");
      };
    }
  }

  /** The same device with a number of queues, unless the user has said how many. */
  public DpdkUri withQueuesIfUnsaid(int count) {
    Objects.checkIndex(count - 1, MAX_QUEUES);
    return queues > 0
        ? this
        : new DpdkUri(device, arguments, count, buffers, frameBytes, descriptors, promiscuous);
  }
}
