package org.statelessnf.host.experiment;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.statelessnf.store.Outcome;
import org.statelessnf.store.SingleKey;
import org.statelessnf.store.StateStore;
import org.statelessnf.store.StoreSession;
import org.statelessnf.store.StoreUnavailableException;
import org.statelessnf.store.Stores;
import org.statelessnf.store.Table;
import org.statelessnf.store.TableSpec;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code snf experiment ping}: round trips one after another, in rounds: to each port, and single
 * reads of the store. The first round is for warming up and not reported.
 *
 * <pre>
 *   LANE NANOS       one line per round trip; LANE is the port's position, behind the last one the
 *                    store; NANOS is -1 if no answer came
 * </pre>
 */
@Command(name = "ping", hidden = true, description = "The round trips of an experiment.")
final class EchoClient implements Runnable {
  private static final int PAYLOAD_BYTES = 64;
  private static final int VALUE_BYTES = 64;
  private static final int PATIENCE_MILLIS = 1_000;

  @Option(names = "--host", required = true)
  private String host = "";

  @Option(names = "--ports", required = true, split = ",")
  private int[] ports = {};

  @Option(names = "--rounds", required = true)
  private int rounds;

  @Option(names = "--pings", required = true)
  private int pings;

  @Option(names = "--store", required = true)
  private String uri = "";

  @CommandLine.Spec private CommandLine.Model.@Nullable CommandSpec spec;

  private long number;

  @Override
  public void run() {
    PrintWriter data = Objects.requireNonNull(spec, "picocli sets it").commandLine().getOut();
    DatagramSocket[] sockets = new DatagramSocket[ports.length];
    try (StateStore store = Stores.open(uri);
        StoreSession session = store.openSession()) {
      Table table = store.table(TableSpec.of("experiment.ping", Long.BYTES, VALUE_BYTES));
      SingleKey single = new SingleKey(session);
      byte[] key = new byte[Long.BYTES];
      single.put(table, key, new byte[VALUE_BYTES]);
      for (int lane = 0; lane < ports.length; lane++) {
        sockets[lane] = new DatagramSocket();
        sockets[lane].setSoTimeout(PATIENCE_MILLIS);
        sockets[lane].connect(new InetSocketAddress(host, ports[lane]));
      }
      for (int round = 0; round <= rounds; round++) {
        for (int lane = 0; lane <= ports.length; lane++) {
          long[] times = new long[pings];
          for (int i = 0; i < pings; i++) {
            times[i] = lane < ports.length ? ping(sockets[lane]) : read(single, table, key);
          }
          for (int i = 0; i < pings && round > 0; i++) {
            data.println(lane + " " + times[i]);
          }
        }
      }
      data.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      for (DatagramSocket socket : sockets) {
        if (socket != null) {
          socket.close();
        }
      }
    }
  }

  private long ping(DatagramSocket socket) throws IOException {
    byte[] payload = new byte[PAYLOAD_BYTES];
    ByteBuffer.wrap(payload).putLong(++number);
    DatagramPacket answer = new DatagramPacket(new byte[PAYLOAD_BYTES], PAYLOAD_BYTES);
    long begin = System.nanoTime();
    socket.send(new DatagramPacket(payload, PAYLOAD_BYTES));
    try {
      do {
        socket.receive(answer); // a late answer to an earlier one is passed over
      } while (ByteBuffer.wrap(answer.getData()).getLong() != number);
      return System.nanoTime() - begin;
    } catch (SocketTimeoutException e) {
      return -1;
    }
  }

  private static long read(SingleKey single, Table table, byte[] key) {
    long begin = System.nanoTime();
    Outcome outcome = single.read(table, key).outcome();
    long nanos = System.nanoTime() - begin;
    if (outcome != Outcome.OK) {
      throw new StoreUnavailableException("the store answers " + outcome + " to a read");
    }
    return nanos;
  }
}
