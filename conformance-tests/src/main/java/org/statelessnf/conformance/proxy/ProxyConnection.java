package org.statelessnf.conformance.proxy;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.util.Arrays;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/**
 * One connection through the proxy. Each direction has a thread that reads, and stamps what it read
 * with the time, and one that passes it on as the toxics will have it; the queue between them holds
 * what is delayed.
 */
final class ProxyConnection {
  private static final int CHUNK_BYTES = 16 * 1024;
  private static final int QUEUED_CHUNKS = 1024;
  private static final long STALL_POLL_MILLIS = 2;
  private static final int BANDWIDTH_STEP_MILLIS = 20;
  private static final Chunk END = new Chunk(new byte[0], 0);

  @SuppressWarnings("ArrayRecordComponent") // a carrier that nobody compares
  private record Chunk(byte[] bytes, long readAt) {}

  private final TcpProxy proxy;
  private final Socket client;
  private final Socket server;
  private final AtomicInteger openDirections = new AtomicInteger(2);
  private final AtomicReference<Direction> lastPassed = new AtomicReference<>(Direction.DOWNSTREAM);

  ProxyConnection(TcpProxy proxy, Socket client, Socket server) {
    this.proxy = proxy;
    this.client = client;
    this.server = server;
  }

  void start() {
    start(Direction.UPSTREAM, client, server);
    start(Direction.DOWNSTREAM, server, client);
  }

  /** Starts the clock of a toxic that ends connections. */
  void arm(Toxic toxic) {
    switch (toxic) {
      case Toxic.Timeout timeout -> {
        if (timeout.timeoutMillis() > 0) {
          after(timeout.timeoutMillis(), timeout, this::close);
        }
      }
      case Toxic.ResetPeer reset -> after(reset.timeoutMillis(), reset, this::reset);
      case Toxic.Latency latency -> {}
      case Toxic.Bandwidth bandwidth -> {}
      case Toxic.Slicer slicer -> {}
    }
  }

  void close() {
    closeQuietly(client);
    closeQuietly(server);
    proxy.ended(this);
  }

  void reset() {
    for (Socket socket : new Socket[] {client, server}) {
      try {
        socket.setSoLinger(true, 0);
      } catch (IOException e) {
        // closed already
      }
    }
    close();
  }

  static void closeQuietly(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // nothing more to do
    }
  }

  private void after(long millis, Toxic toxic, Runnable action) {
    if (millis == 0) {
      action.run();
      return;
    }
    Thread.ofVirtual()
        .name("proxy-toxic-" + toxic.name())
        .start(() -> {
          sleepUntil(System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis));
          if (proxy.toxics().contains(toxic)) {
            action.run();
          }
        });
  }

  private void start(Direction direction, Socket from, Socket to) {
    BlockingQueue<Chunk> queue = new ArrayBlockingQueue<>(QUEUED_CHUNKS);
    Thread.ofVirtual().name("proxy-read-" + direction).start(() -> read(from, queue));
    Thread.ofVirtual().name("proxy-write-" + direction).start(() -> write(direction, queue, to));
  }

  private static void read(Socket from, BlockingQueue<Chunk> queue) {
    try {
      InputStream in = from.getInputStream();
      byte[] buffer = new byte[CHUNK_BYTES];
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        queue.put(new Chunk(Arrays.copyOf(buffer, read), System.nanoTime()));
      }
    } catch (IOException e) {
      // cut; what was read before still goes out
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    try {
      queue.put(END);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void write(Direction direction, BlockingQueue<Chunk> queue, Socket to) {
    try {
      OutputStream out = to.getOutputStream();
      for (Chunk chunk = queue.take(); chunk != END; chunk = queue.take()) {
        stallWhileHeldUp(direction);
        pass(direction, chunk, out);
      }
      to.shutdownOutput();
    } catch (IOException e) {
      close();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (openDirections.decrementAndGet() == 0) {
      close();
    }
  }

  private void stallWhileHeldUp(Direction direction) throws IOException {
    boolean held = false;
    while (heldUp(direction)) {
      held = true;
      sleepUntil(System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(STALL_POLL_MILLIS));
      if (client.isClosed()) {
        break;
      }
    }
    if (held) {
      throw new IOException("what a toxic held up is lost");
    }
  }

  private boolean heldUp(Direction direction) {
    for (Toxic toxic : proxy.toxics()) {
      boolean holds = toxic instanceof Toxic.Timeout || toxic instanceof Toxic.ResetPeer;
      if (holds && toxic.direction() == direction) {
        return true;
      }
    }
    return false;
  }

  private void pass(Direction direction, Chunk chunk, OutputStream out) throws IOException {
    int pieceBytes = chunk.bytes().length;
    int variation = 0;
    long pauseNanos = 0;
    double nanosPerByte = 0;
    long due = chunk.readAt();
    for (Toxic toxic : proxy.toxics()) {
      if (toxic.direction() != direction) {
        continue;
      }
      switch (toxic) {
        case Toxic.Latency latency -> {
          long jitter = latency.jitterMillis();
          long delay = latency.latencyMillis();
          if (jitter > 0) {
            delay += ThreadLocalRandom.current().nextLong(-jitter, jitter + 1);
          }
          due += TimeUnit.MILLISECONDS.toNanos(Math.max(0, delay));
        }
        case Toxic.Bandwidth bandwidth -> {
          nanosPerByte = Math.max(nanosPerByte, 1e6 / bandwidth.kilobytesPerSecond());
          long step = Math.max(1, bandwidth.kilobytesPerSecond() * BANDWIDTH_STEP_MILLIS);
          pieceBytes = (int) Math.min(pieceBytes, step);
        }
        case Toxic.Slicer slicer -> {
          pieceBytes = Math.min(pieceBytes, slicer.averageBytes());
          variation = Math.min(slicer.variationBytes(), pieceBytes - 1);
          pauseNanos = TimeUnit.MICROSECONDS.toNanos(slicer.delayMicros());
        }
        case Toxic.Timeout timeout -> {}
        case Toxic.ResetPeer reset -> {}
      }
    }
    sleepUntil(due);
    for (int at = 0; at < chunk.bytes().length; ) {
      int vary =
          variation == 0 ? 0 : ThreadLocalRandom.current().nextInt(-variation, variation + 1);
      int length = Math.min(chunk.bytes().length - at, Math.max(1, pieceBytes + vary));
      sleepUntil(System.nanoTime() + (long) (length * nanosPerByte) + (at == 0 ? 0 : pauseNanos));
      if (lastPassed.getAndSet(direction) != direction && direction == Direction.UPSTREAM) {
        proxy.requestStarted();
      }
      proxy.passed(direction, length); // before: who received it finds it counted
      out.write(chunk.bytes(), at, length);
      out.flush();
      at += length;
    }
  }

  private static void sleepUntil(long nanoTime) {
    try {
      for (long left = nanoTime - System.nanoTime();
          left > 0;
          left = nanoTime - System.nanoTime()) {
        TimeUnit.NANOSECONDS.sleep(left);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
