package org.statelessnf.store.ignite;

import java.nio.file.Path;
import java.util.UUID;
import org.apache.ignite.Ignite;
import org.apache.ignite.cache.CacheAtomicityMode;
import org.apache.ignite.cache.CacheMode;
import org.apache.ignite.cache.CacheRebalanceMode;
import org.apache.ignite.cache.CacheWriteSynchronizationMode;
import org.apache.ignite.cache.PartitionLossPolicy;
import org.apache.ignite.cache.affinity.rendezvous.RendezvousAffinityFunction;
import org.apache.ignite.configuration.CacheConfiguration;
import org.apache.ignite.configuration.ClientConnectorConfiguration;
import org.apache.ignite.configuration.DataRegionConfiguration;
import org.apache.ignite.configuration.DataStorageConfiguration;
import org.apache.ignite.configuration.IgniteConfiguration;
import org.apache.ignite.failure.StopNodeFailureHandler;
import org.apache.ignite.spi.communication.tcp.TcpCommunicationSpi;
import org.apache.ignite.spi.discovery.tcp.TcpDiscoverySpi;
import org.apache.ignite.spi.discovery.tcp.ipfinder.vm.TcpDiscoveryVmIpFinder;

/**
 * How a node inside an NF host is set up: small, silent, at one address, found by a list of
 * addresses and never by multicast, records in memory only.
 */
final class NodeConfig {
  /** Of 2^n, so that a key's partition is cheap to tell; enough for a few dozen nodes. */
  static final int PARTITIONS = 128;

  private static final long MIB = 1 << 20;
  private static final long INITIAL_MIB = 64;
  private static final int COMMUNICATION_PORT_OFFSET = 100;

  static {
    // Ignite knows these as system properties only. Whoever set one meant it.
    setDefault("IGNITE_QUIET", "false"); // quiet: a banner and more on stdout
    setDefault("IGNITE_NO_ASCII", "true");
    setDefault("IGNITE_UPDATE_NOTIFIER", "false"); // asks a server for new releases
    setDefault("IGNITE_PERFORMANCE_SUGGESTIONS_DISABLED", "true");
    setDefault("IGNITE_DUMP_THREADS_ON_FAILURE", "false");
    // A hook would stop the node while the process still finishes what it holds; close() ends it.
    setDefault("IGNITE_NO_SHUTDOWN_HOOK", "true");
    setDefault("IGNITE_TO_STRING_INCLUDE_SENSITIVE", "false");
  }

  private NodeConfig() {}

  static IgniteConfiguration node(IgniteOptions options, Path work) {
    IgniteOptions.Node node = options.node();
    String name = "snf-" + UUID.randomUUID();
    int cpus = Math.clamp(Runtime.getRuntime().availableProcessors(), 2, 16);
    TcpDiscoverySpi discovery =
        new TcpDiscoverySpi()
            .setLocalPort(node.port())
            .setLocalPortRange(IgniteOptions.PORTS_PER_HOST - 1)
            .setJoinTimeout(options.connectTimeout().toMillis());
    discovery.setIpFinder(new TcpDiscoveryVmIpFinder().setAddresses(node.peers()));
    TcpCommunicationSpi communication =
        new TcpCommunicationSpi()
            .setLocalPort(
                node.port() + COMMUNICATION_PORT_OFFSET > 65_000
                    ? 0
                    : node.port() + COMMUNICATION_PORT_OFFSET);
    IgniteConfiguration config =
        new IgniteConfiguration()
            .setIgniteInstanceName(name)
            .setConsistentId(name)
            .setWorkDirectory(work.toString())
            .setLocalHost(node.bind())
            .setDiscoverySpi(discovery)
            .setCommunicationSpi(communication)
            .setGridLogger(new Slf4jIgniteLogger())
            .setFailureDetectionTimeout(node.failureTimeout().toMillis())
            .setFailureHandler(new StopNodeFailureHandler())
            .setMetricsLogFrequency(0)
            .setConnectorConfiguration(null)
            .setPublicThreadPoolSize(2)
            .setSystemThreadPoolSize(cpus)
            .setStripedPoolSize(cpus)
            .setQueryThreadPoolSize(2)
            .setManagementThreadPoolSize(2)
            .setPeerClassLoadingThreadPoolSize(1)
            .setDataStreamerThreadPoolSize(1)
            .setRebalanceThreadPoolSize(1)
            .setDataStorageConfiguration(storage(node))
            .setCacheConfiguration(cache(options));
    options.security().apply(config);
    return config.setClientConnectorConfiguration(
        node.clientPort() == 0
            ? null
            : new ClientConnectorConfiguration()
                .setHost(node.bind())
                .setPort(node.clientPort())
                .setPortRange(IgniteOptions.PORTS_PER_HOST - 1)
                .setSslEnabled(options.security().tls() != null)
                .setSslClientAuth(true)
                .setJdbcEnabled(false)
                .setOdbcEnabled(false));
  }

  private static DataStorageConfiguration storage(IgniteOptions.Node node) {
    return new DataStorageConfiguration()
        .setDefaultDataRegionConfiguration(
            new DataRegionConfiguration()
                .setName(DataStorageConfiguration.DFLT_DATA_REG_DEFAULT_NAME)
                .setMetricsEnabled(true)
                .setInitialSize(Math.min(INITIAL_MIB, node.memoryMib()) * MIB)
                .setMaxSize(node.memoryMib() * MIB));
  }

  /** The one cache: linearizable reads need the primary copy, durable writes need all copies. */
  static CacheConfiguration<byte[], byte[]> cache(IgniteOptions options) {
    return new CacheConfiguration<byte[], byte[]>(options.cache())
        .setCacheMode(CacheMode.PARTITIONED)
        .setAtomicityMode(CacheAtomicityMode.ATOMIC)
        .setBackups(options.backups())
        .setWriteSynchronizationMode(CacheWriteSynchronizationMode.FULL_SYNC)
        .setReadFromBackup(false)
        // Opening waits for the copies: from then on any one node may be lost.
        .setRebalanceMode(CacheRebalanceMode.SYNC)
        .setPartitionLossPolicy(PartitionLossPolicy.IGNORE)
        .setMaxConcurrentAsyncOperations(0)
        .setEagerTtl(true)
        .setAffinity(new RendezvousAffinityFunction(false, PARTITIONS));
  }

  /** Name of the memory region that this backend's cache is in. */
  static String regionOf(Ignite ignite) {
    return ignite
        .configuration()
        .getDataStorageConfiguration()
        .getDefaultDataRegionConfiguration()
        .getName();
  }

  /** The bound of the region; 0 if it may grow onto disk or is not ours. */
  static long maxBytesOf(Ignite ignite, String region) {
    DataRegionConfiguration config =
        ignite.configuration().getDataStorageConfiguration().getDefaultDataRegionConfiguration();
    return config.isPersistenceEnabled() || !config.isMetricsEnabled() ? 0 : config.getMaxSize();
  }

  private static void setDefault(String property, String value) {
    if (System.getProperty(property) == null) {
      System.setProperty(property, value);
    }
  }
}
