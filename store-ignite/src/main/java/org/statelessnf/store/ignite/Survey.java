package org.statelessnf.store.ignite;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import javax.cache.processor.MutableEntry;
import org.apache.ignite.Ignite;
import org.apache.ignite.cache.CacheEntryProcessor;
import org.apache.ignite.cluster.ClusterNode;

/**
 * Runs at any server and tells a client who owns which part of the keys, and where the servers
 * listen. An entry processor, because that is what servers run for thin clients without further
 * configuration; it touches no entry. Argument 0 is the cache's name.
 */
public final class Survey implements CacheEntryProcessor<byte[], byte[], byte[]> {
  private static final long serialVersionUID = 1L;
  private static final String CLIENT_PORT = "clientListenerPort";

  /** For Ignite, which makes one from the wire. */
  public Survey() {}

  @Override
  public byte[] process(MutableEntry<byte[], byte[]> entry, Object... arguments) {
    Ignite ignite = entry.unwrap(Ignite.class);
    var affinity = ignite.<byte[]>affinity((String) arguments[0]);
    List<Integer> all = IntStream.range(0, affinity.partitions()).boxed().toList();
    Map<Integer, ClusterNode> primaries = affinity.mapPartitionsToNodes(all);
    List<ClusterNode> nodes = List.copyOf(ignite.cluster().forServers().nodes());
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeInt(nodes.size());
      for (ClusterNode node : nodes) {
        id(out, node.id());
        Object port = node.attribute(CLIENT_PORT);
        List<String> hosts = port == null ? List.of() : List.copyOf(node.addresses());
        out.writeInt(hosts.size());
        for (String host : hosts) {
          out.writeUTF((host.contains(":") ? "[" + host + "]" : host) + ":" + port);
        }
      }
      out.writeInt(all.size());
      for (Integer partition : all) {
        ClusterNode primary = primaries.get(partition);
        id(out, primary == null ? new UUID(0, 0) : primary.id());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static void id(DataOutputStream out, UUID id) throws IOException {
    out.writeLong(id.getMostSignificantBits());
    out.writeLong(id.getLeastSignificantBits());
  }

  /**
   * What a survey found.
   *
   * @param addresses by server, those of its client port, {@code host:port}
   * @param owners by partition
   */
  record Result(Map<UUID, List<String>> addresses, List<UUID> owners) {

    static Result of(byte[] bytes) {
      try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
        Map<UUID, List<String>> addresses = new HashMap<>();
        for (int nodes = in.readInt(); nodes > 0; nodes--) {
          UUID id = new UUID(in.readLong(), in.readLong());
          List<String> list = new ArrayList<>();
          for (int hosts = in.readInt(); hosts > 0; hosts--) {
            list.add(in.readUTF());
          }
          addresses.put(id, list);
        }
        List<UUID> owners = new ArrayList<>();
        for (int partitions = in.readInt(); partitions > 0; partitions--) {
          owners.add(new UUID(in.readLong(), in.readLong()));
        }
        return new Result(addresses, owners);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
