package org.statelessnf.example;

import java.io.IOException;
import java.nio.file.Path;
import org.statelessnf.io.pcap.CaptureInputPort;
import org.statelessnf.io.pcap.CaptureOutputPort;
import org.statelessnf.io.pcap.CaptureReader;
import org.statelessnf.io.pcap.CaptureWriter;
import org.statelessnf.io.pcap.ProgressListener;
import org.statelessnf.nf.engine.Instance;
import org.statelessnf.nf.engine.PipeConfig;
import org.statelessnf.nf.engine.PipeMetrics;
import org.statelessnf.nf.engine.PipePorts;
import org.statelessnf.nf.firewall.Firewall;
import org.statelessnf.nf.firewall.FirewallConfig;
import org.statelessnf.nf.packet.CidrSet;
import org.statelessnf.nf.port.PacketPool;
import org.statelessnf.store.StateStore;
import org.statelessnf.store.Stores;

/** The program of the README: a firewall over a capture, in a dozen lines. */
final class EmbeddedFirewall {
  private EmbeddedFirewall() {}

  static PipeMetrics filter(String storeUri, Path in, Path out)
      throws IOException, InterruptedException {
    try (StateStore store = Stores.open(storeUri);
        CaptureReader reader = CaptureReader.open(in);
        CaptureWriter writer = CaptureWriter.openLike(out, reader);
        PacketPool pool = new PacketPool(4096, 2048);
        CaptureInputPort input = new CaptureInputPort(reader, pool, ProgressListener.NONE);
        CaptureOutputPort output = new CaptureOutputPort(writer);
        Instance instance =
            new Instance(
                "fw-1",
                () -> new Firewall(FirewallConfig.defaults()),
                store,
                PipeConfig.defaults())) {
      PipeMetrics metrics =
          instance.addPipe(PipePorts.of(input, output, CidrSet.PRIVATE::containsSource));
      instance.start();
      instance.awaitEnd();
      return metrics;
    }
  }
}
