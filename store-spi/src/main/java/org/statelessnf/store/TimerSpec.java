package org.statelessnf.store;

/**
 * Names and bounds a timer queue (rule T).
 *
 * @param namespace the tenant; empty for the store's default namespace
 * @param name as for tables, at most 48 characters
 * @param maxIdBytes longest timer id, 1 to 128
 * @param maxPayloadBytes longest payload, 0 to 1024
 */
public record TimerSpec(String namespace, String name, int maxIdBytes, int maxPayloadBytes) {
  private static final int MAX_NAME = 48;
  private static final int MAX_ID = 128;
  private static final int MAX_PAYLOAD = 1024;

  /** Checks names and bounds. */
  public TimerSpec {
    Names.check("timer queue", name);
    Names.checkNamespace(namespace);
    if (name.length() > MAX_NAME) {
      throw new IllegalArgumentException("timer queue name '" + name + "' exceeds " + MAX_NAME);
    }
    if (maxIdBytes < 1 || maxIdBytes > MAX_ID) {
      throw new IllegalArgumentException("maxIdBytes " + maxIdBytes + " not in 1.." + MAX_ID);
    }
    if (maxPayloadBytes < 0 || maxPayloadBytes > MAX_PAYLOAD) {
      throw new IllegalArgumentException(
          "maxPayloadBytes " + maxPayloadBytes + " not in 0.." + MAX_PAYLOAD);
    }
  }

  /**
   * A queue in the default namespace.
   *
   * @param name its name
   * @param maxIdBytes longest timer id
   * @param maxPayloadBytes longest payload
   */
  public static TimerSpec of(String name, int maxIdBytes, int maxPayloadBytes) {
    return new TimerSpec("", name, maxIdBytes, maxPayloadBytes);
  }

  /**
   * The same queue in another namespace.
   *
   * @param other the namespace
   */
  public TimerSpec inNamespace(String other) {
    return new TimerSpec(other, name, maxIdBytes, maxPayloadBytes);
  }
}
