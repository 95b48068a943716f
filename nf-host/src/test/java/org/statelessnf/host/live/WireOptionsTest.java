package org.statelessnf.host.live;

import static org.statelessnf.host.Invocation.snf;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.statelessnf.host.ExitCode;

class WireOptionsTest {
  private static final String INSIDE = "dpdk:net_af_packet,iface=in0";
  private static final String OUTSIDE = "dpdk:net_af_packet,iface=out0";

  @ParameterizedTest
  @CsvSource({
    "--wire=bus, is not bridge",
    "--wire=router, needs --inside-address",
    "--inside-address=10.0.0.1/24, needs --inside-address",
    "--inside-address=10.0.0.1/24 --outside-address=192.0.2.1, needs a prefix length",
    "--inside-address=10.0.0.1/24 --outside-address=192.0.2.1/24 --gateway=10.0.0.9, is in no"
        + " block",
    "--wire=bridge --gateway=10.0.0.9, needs --wire router",
    "--wire=oneway --pass=arp, needs --wire bridge",
    "--pass=arp;ipx, is not one of arp",
  })
  void shouldRefuseWiresThatMakeNoSense(String options, String words) {
    List<String> line =
        new ArrayList<>(
            List.of(
                "run",
                "--nf",
                "firewall",
                "--store",
                "caffeine:",
                "--in",
                INSIDE,
                "--out",
                OUTSIDE));
    line.addAll(List.of(options.split(" ", -1)));
    snf(line.toArray(String[]::new)).refusedWith(ExitCode.USAGE, words);
  }

  @Test
  void shouldRefuseWiresBetweenCaptures() {
    snf(
            "run",
            "--nf",
            "firewall",
            "--store",
            "caffeine:",
            "--in",
            "a",
            "--out",
            "b",
            "--pass",
            "nd")
        .refusedWith(ExitCode.USAGE, "--pass is for network devices");
  }

  @ParameterizedTest
  @CsvSource({
    "--downloads=0, --downloads 0",
    "--size=0, --size 0",
    "--at-once=5000, --at-once 5000",
    "--stall=soon, is not a time",
    "--store=caffeine:, is not shared",
  })
  void shouldRefuseExperimentsThatMakeNoSense(String option, String words) {
    snf("experiment", "failover", option).refusedWith(ExitCode.USAGE, words);
  }
}
