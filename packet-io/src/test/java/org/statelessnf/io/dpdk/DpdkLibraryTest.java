package org.statelessnf.io.dpdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What happens where DPDK is not there, or is not one that is known; and how it is started. */
class DpdkLibraryTest {
  private static final String NO_HUGE_PAGES =
      "HugePages_Free:        0\nHugepagesize:       2048 kB\n";
  private static final String HUGE_PAGES =
      "HugePages_Free:     1024\nHugepagesize:       2048 kB\n";
  private static final String STATUS = "Name:\tsnf\nCpus_allowed_list:\t3-5,7\n";

  @TempDir Path folder;

  @Test
  void shouldSayInOneLineThatItIsNotInstalled() {
    Eal eal = Dpdk.find(folder.toString());
    assertThat(eal).isInstanceOf(MissingEal.class);
    assertThatThrownBy(
            () -> DpdkPorts.open(eal, Map.of("dpdk:net_null", DpdkUri.parse("dpdk:net_null"))))
        .isInstanceOf(DpdkException.class)
        .hasMessageStartingWith("DPDK is not installed: there is no librte_eal.so.22 to .26 in ")
        .hasMessageContaining("docs/dpdk.md");
  }

  @Test
  void shouldRefuseAnInterfaceThatIsNotKnown() throws IOException {
    Files.createFile(folder.resolve("librte_eal.so.27"));
    assertThatThrownBy(() -> DpdkLibrary.load(folder))
        .isInstanceOf(DpdkException.class)
        .hasMessage(
            "DPDK with binary interface 27 is not known, only 22 (DPDK 21.11) to 26 (DPDK 25.11)");
    assertThatThrownBy(() -> DpdkAbi.of(21)).isInstanceOf(DpdkException.class);
  }

  @Test
  void shouldKnowTheLayoutOfEachInterface() {
    assertThat(DpdkAbi.of(23)).isEqualTo(new DpdkAbi(23, 0, 24, 64, 88));
    assertThat(DpdkAbi.of(24)).isEqualTo(new DpdkAbi(24, 16, 0, 80, 64));
    assertThat(DpdkAbi.known()).allSatisfy(major -> DpdkAbi.of(major));
  }

  @Test
  void shouldStartWithoutHugePagesWhereThereAreNone() {
    List<DpdkUri> devices = List.of(DpdkUri.parse("dpdk:net_null"));
    assertThat(EalArguments.of(300L << 20, devices, NO_HUGE_PAGES, STATUS, null, 42))
        .containsExactly(
            "-l",
            "3",
            "--no-telemetry",
            "--log-level=3",
            "--file-prefix=snf42",
            "--no-huge",
            "-m",
            "396",
            "--no-shconf",
            "--no-pci");
  }

  @Test
  void shouldStartWithHugePagesThatSuffice() {
    List<DpdkUri> devices = List.of(DpdkUri.parse("dpdk:net_null"));
    assertThat(EalArguments.of(300L << 20, devices, HUGE_PAGES, STATUS, " ", 42))
        .contains("--in-memory")
        .doesNotContain("--no-huge");
    assertThat(EalArguments.of(3000L << 20, devices, HUGE_PAGES, STATUS, null, 42))
        .contains("--no-huge");
  }

  @Test
  void shouldTouchNoHardwareButWhatWasAskedFor() {
    List<DpdkUri> devices =
        List.of(DpdkUri.parse("dpdk:0000:03:00.0,key=1"), DpdkUri.parse("dpdk:net_null"));
    assertThat(EalArguments.of(0, devices, HUGE_PAGES, STATUS, "--log-level=8  -n 2", 42))
        .endsWith("-a", "0000:03:00.0,key=1", "--log-level=8", "-n", "2")
        .doesNotContain("--no-pci");
  }
}
