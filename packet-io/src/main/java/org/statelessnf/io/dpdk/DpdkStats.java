package org.statelessnf.io.dpdk;

/**
 * What a device has counted since it was started, {@code struct rte_eth_stats}.
 *
 * @param packetsIn received
 * @param packetsOut transmitted
 * @param bytesIn received
 * @param bytesOut transmitted
 * @param missed arrived, but the receive queue was full
 * @param errorsIn arrived damaged
 * @param errorsOut not transmitted
 * @param noBuffer arrived, but the pool was empty
 */
public record DpdkStats(
    long packetsIn,
    long packetsOut,
    long bytesIn,
    long bytesOut,
    long missed,
    long errorsIn,
    long errorsOut,
    long noBuffer) {}
