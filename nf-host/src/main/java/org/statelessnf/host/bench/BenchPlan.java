package org.statelessnf.host.bench;

import java.util.List;
import org.statelessnf.host.bench.nf.BenchFunction;

/**
 * What a benchmark is to do.
 *
 * @param command the command line, for reports
 * @param stores URIs
 * @param nanosPerMeasurement time for each operation of each store, all rounds together
 * @param rounds how often each is measured, at least 1
 * @param keys records in each store
 * @param seed what keys and their order follow from
 * @param load requests of the open loop, as a share of what one request at a time makes
 * @param rate requests per second of the open loop, whatever the store makes; 0 to go by the load
 * @param functions network functions to measure on each store
 * @param packets of each kind of traffic in each round
 * @param packetRate packets per second when the round trip is measured, at most
 */
public record BenchPlan(
    String command,
    List<String> stores,
    long nanosPerMeasurement,
    int rounds,
    int keys,
    long seed,
    double load,
    double rate,
    List<BenchFunction> functions,
    int packets,
    double packetRate) {}
