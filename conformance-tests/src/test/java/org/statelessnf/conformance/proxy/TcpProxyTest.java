package org.statelessnf.conformance.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Each toxic does what Toxiproxy's of the same name does. Times are lower bounds only. */
@Timeout(60)
class TcpProxyTest {
  private ServerSocket server;
  private TcpProxy proxy;

  @BeforeEach
  void start() throws IOException {
    server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::echo);
    proxy = TcpProxy.start("127.0.0.1", server.getLocalPort());
  }

  @AfterEach
  void stop() throws IOException {
    proxy.close();
    server.close();
  }

  @Test
  void shouldPassOnWhatIsSent() throws IOException {
    try (Socket client = connect()) {
      byte[] data = random(300_000);
      assertThat(roundTrip(client, data)).isEqualTo(data);
      assertThat(proxy.bytes(Direction.UPSTREAM)).isEqualTo(data.length);
      assertThat(proxy.bytes(Direction.DOWNSTREAM)).isEqualTo(data.length);
      assertThat(proxy.acceptedConnections()).isEqualTo(1);
      assertThat(proxy.openConnections()).isEqualTo(1);
    }
  }

  @Test
  void shouldPassOnTheEndOfStream() throws IOException {
    try (Socket client = connect()) {
      client.getOutputStream().write(new byte[] {1, 2, 3});
      client.shutdownOutput();
      assertThat(client.getInputStream().readAllBytes()).containsExactly(1, 2, 3);
    }
  }

  @Test
  void shouldDelayByLatency() throws IOException {
    try (Socket client = connect()) {
      proxy.add(new Toxic.Latency("slow", Direction.DOWNSTREAM, 120, 0));
      assertThat(timed(client)).isGreaterThanOrEqualTo(120);
      proxy.add(new Toxic.Latency("slow too", Direction.UPSTREAM, 100, 20));
      assertThat(timed(client)).isGreaterThanOrEqualTo(200);
      proxy.remove("slow");
      proxy.remove("slow too");
      assertThat(roundTrip(client, new byte[] {7})).containsExactly(7);
    }
  }

  @Test
  void shouldKeepTheOrderUnderJitter() throws IOException {
    proxy.add(new Toxic.Latency("jitter", Direction.UPSTREAM, 10, 10));
    try (Socket client = connect()) {
      byte[] data = random(2_000);
      OutputStream out = client.getOutputStream();
      for (int i = 0; i < data.length; i += 100) {
        out.write(data, i, 100);
        out.flush();
      }
      assertThat(read(client, data.length)).isEqualTo(data);
    }
  }

  @Test
  void shouldLimitBandwidth() throws IOException {
    proxy.add(new Toxic.Bandwidth("narrow", Direction.UPSTREAM, 100));
    try (Socket client = connect()) {
      byte[] data = random(30_000);
      long start = System.nanoTime();
      assertThat(roundTrip(client, data)).isEqualTo(data);
      assertThat((System.nanoTime() - start) / 1_000_000).isGreaterThanOrEqualTo(290);
    }
  }

  @Test
  void shouldHoldDataAndCloseAfterTimeout() throws IOException {
    try (Socket client = connect()) {
      roundTrip(client, new byte[] {1});
      long start = System.nanoTime();
      proxy.add(new Toxic.Timeout("hole", Direction.DOWNSTREAM, 150));
      client.getOutputStream().write(1);
      assertThat(readToEnd(client)).isZero();
      assertThat((System.nanoTime() - start) / 1_000_000).isGreaterThanOrEqualTo(150);
    }
  }

  @Test
  void shouldHoldDataForEverAndCloseWhenTheToxicIsRemoved() throws IOException {
    try (Socket client = connect()) {
      proxy.add(new Toxic.Timeout("hole", Direction.UPSTREAM, 0));
      client.getOutputStream().write(1);
      client.setSoTimeout(200);
      assertThatThrownBy(() -> client.getInputStream().read())
          .isInstanceOf(SocketTimeoutException.class);
      proxy.remove("hole");
      client.setSoTimeout(0);
      assertThat(readToEnd(client)).isZero();
    }
    try (Socket client = connect()) {
      assertThat(roundTrip(client, new byte[] {7})).containsExactly(7);
    }
  }

  @Test
  void shouldSliceDataAndLoseNothing() throws IOException {
    proxy.add(new Toxic.Slicer("slice", Direction.DOWNSTREAM, 10, 5, 100));
    try (Socket client = connect()) {
      byte[] data = random(1_000);
      client.getOutputStream().write(data);
      byte[] received = new byte[data.length];
      int largest = 0;
      InputStream in = client.getInputStream();
      for (int at = 0; at < data.length; ) {
        int read = in.read(received, at, data.length - at);
        largest = Math.max(largest, read);
        at += read;
      }
      assertThat(received).isEqualTo(data);
      assertThat(largest).as("a piece").isLessThan(data.length);
    }
  }

  @Test
  void shouldResetConnections() throws IOException {
    try (Socket client = connect()) {
      roundTrip(client, new byte[] {1});
      proxy.add(new Toxic.ResetPeer("reset", Direction.UPSTREAM, 0));
      assertThatThrownBy(() -> client.getInputStream().read())
          .isInstanceOf(IOException.class)
          .hasMessageContaining("reset");
    }
    proxy.remove("reset");
    try (Socket client = connect()) {
      roundTrip(client, new byte[] {1});
      proxy.cutConnections();
      assertThatThrownBy(() -> client.getInputStream().read()).isInstanceOf(IOException.class);
    }
  }

  @Test
  void shouldRefuseConnectionsWhileDown() throws IOException {
    Socket client = connect();
    roundTrip(client, new byte[] {1});
    int port = proxy.port();
    proxy.down();
    assertThat(readToEnd(client)).isZero();
    client.close();
    assertThatThrownBy(this::connect).isInstanceOf(IOException.class);
    proxy.up();
    assertThat(proxy.port()).isEqualTo(port);
    try (Socket again = connect()) {
      assertThat(roundTrip(again, new byte[] {7})).containsExactly(7);
    }
  }

  @Test
  void shouldCloseTheClientWhenTheServerIsGone() throws IOException {
    server.close();
    try (Socket client = connect()) {
      assertThat(readToEnd(client)).isZero();
    }
  }

  @Test
  void shouldCountRequests() throws IOException {
    try (Socket client = connect()) {
      for (int i = 0; i < 5; i++) {
        roundTrip(client, new byte[100]);
      }
      assertThat(proxy.requests()).isEqualTo(5);
    }
  }

  @Test
  void shouldRefuseToxicsThatMakeNoSense() {
    proxy.add(new Toxic.Latency("one", Direction.UPSTREAM, 1, 0));
    assertThatThrownBy(() -> proxy.add(new Toxic.Latency("one", Direction.UPSTREAM, 2, 0)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("one");
    assertThatThrownBy(() -> new Toxic.Bandwidth("b", Direction.UPSTREAM, 0))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Toxic.Slicer("s", Direction.UPSTREAM, 5, 5, 0))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private void echo() {
    try {
      while (true) {
        Socket socket = server.accept();
        Thread.ofVirtual()
            .start(() -> {
              try (socket) {
                socket.getInputStream().transferTo(socket.getOutputStream());
                socket.shutdownOutput();
              } catch (IOException e) {
                // the test is over
              }
            });
      }
    } catch (IOException e) {
      // the test is over
    }
  }

  private Socket connect() throws IOException {
    return new Socket(InetAddress.getLoopbackAddress(), proxy.port());
  }

  private static long timed(Socket client) throws IOException {
    long start = System.nanoTime();
    roundTrip(client, new byte[] {1});
    return (System.nanoTime() - start) / 1_000_000;
  }

  private static byte[] roundTrip(Socket client, byte[] data) throws IOException {
    Thread writer =
        Thread.ofVirtual()
            .start(() -> {
              try {
                client.getOutputStream().write(data);
              } catch (IOException e) {
                // the reader will see
              }
            });
    byte[] read = read(client, data.length);
    try {
      writer.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return read;
  }

  private static byte[] read(Socket client, int length) throws IOException {
    byte[] data = new byte[length];
    new DataInputStream(client.getInputStream()).readFully(data);
    return data;
  }

  /** Bytes until the connection ends, by whatever means. */
  private static int readToEnd(Socket client) {
    try {
      return client.getInputStream().readAllBytes().length;
    } catch (IOException e) {
      return 0;
    }
  }

  private static byte[] random(int length) {
    byte[] data = new byte[length];
    new Random(length).nextBytes(data);
    return Arrays.copyOf(data, length);
  }
}
