package org.statelessnf.io.pcap;

import org.statelessnf.nf.packet.Packet;
import org.statelessnf.nf.port.PacketPort;

/**
 * A wire between two captures: packets are received from the one and transmitted to the other.
 *
 * <p>Receiving and transmitting may be two threads, as for every port.
 */
public final class CaptureFilePort implements PacketPort {
  private final CaptureInputPort input;
  private final CaptureOutputPort output;

  /** Makes the port. Both become the port's, which closes them. */
  public CaptureFilePort(CaptureInputPort input, CaptureOutputPort output) {
    this.input = input;
    this.output = output;
  }

  /** Where packets come from. */
  public CaptureInputPort input() {
    return input;
  }

  /** Where packets go to. */
  public CaptureOutputPort output() {
    return output;
  }

  @Override
  public String name() {
    return input.name() + " > " + output.name();
  }

  @Override
  public int receive(Packet[] burst, int max) {
    return input.receive(burst, max);
  }

  @Override
  public int transmit(Packet[] burst, int offset, int count) {
    return output.transmit(burst, offset, count);
  }

  @Override
  public boolean exhausted() {
    return input.exhausted();
  }

  /** The clock of the input. */
  @Override
  public long clockNanos() {
    return input.clockNanos();
  }

  /** Closes the output, then the input; throws what the first of them that fails throws. */
  @Override
  public void close() {
    try (input) {
      output.close();
    }
  }
}
