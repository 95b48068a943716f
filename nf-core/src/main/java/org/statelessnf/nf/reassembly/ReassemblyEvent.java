package org.statelessnf.nf.reassembly;

/** What a re-assembly tells beside packets. */
public enum ReassemblyEvent {
  /** Two copies of a byte differ. */
  OVERLAP("segments overlap and differ"),
  /** A gap was not filled in time; what waited behind it went on. */
  GAP("a gap was given up");

  private static final ReassemblyEvent[] VALUES = values();

  private final String text;

  ReassemblyEvent(String text) {
    this.text = text;
  }

  /** For people. */
  public String text() {
    return text;
  }

  /** The number that stands for it in a report. */
  @SuppressWarnings("EnumOrdinal") // within one run, never stored
  int number() {
    return ordinal();
  }

  static ReassemblyEvent of(int number) {
    return VALUES[number];
  }

  /** Takes events, each once, after the commit. Called by the workers of all pipes. */
  public interface Sink {
    /** Takes no notice. */
    Sink NONE = (event, flow) -> {};

    /**
     * Takes an event.
     *
     * @param event what happened
     * @param flow the direction, such as {@code tcp 10.0.0.1:4242 -> 1.2.3.4:80}
     */
    void take(ReassemblyEvent event, String flow);
  }
}
