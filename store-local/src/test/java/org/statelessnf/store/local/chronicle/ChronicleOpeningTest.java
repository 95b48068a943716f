package org.statelessnf.store.local.chronicle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.statelessnf.store.StateStore;
import org.statelessnf.store.StoreConfigException;
import org.statelessnf.store.StoreSession;
import org.statelessnf.store.StoreUnavailableException;
import org.statelessnf.store.Stores;

/** URIs and directories, right and wrong. */
class ChronicleOpeningTest {
  private final Path directory = Directories.create();
  private final String uri = "chronicle:" + directory;

  @AfterEach
  void clear() throws IOException {
    Directories.delete(directory);
  }

  private static void requireRefused(String wrong, String because) {
    assertThatThrownBy(() -> Stores.open(wrong).close())
        .isInstanceOf(StoreConfigException.class)
        .hasMessageContaining(because)
        .hasMessageNotContaining("\n");
  }

  @Test
  void shouldRefuseAUriWithoutDirectory() {
    requireRefused("chronicle:", "names no directory");
  }

  @ParameterizedTest
  @CsvSource({
    "entries=0, entries",
    "entries=many, entries",
    "valueBytes=65537, valueBytes",
    "sessions=1, sessions",
    "size=3, unknown option 'size'",
    "timeout=soon, timeout",
    "namespace=, namespace",
  })
  void shouldRefuseWrongOptions(String option, String because) {
    requireRefused(uri + "?" + option, because);
    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void shouldRefuseAPathThatIsNoDirectory() throws IOException {
    Path file = Files.createFile(directory.resolve("file"));
    requireRefused("chronicle:" + file, "not a directory");
    requireRefused("chronicle:" + file.resolve("below"), "not a directory");
  }

  @Test
  void shouldRefuseFilesThatAreNotTheStores() throws IOException {
    Files.writeString(directory.resolve("control"), "something else, sixteen bytes or more");
    requireRefused(uri, "'control' was not made by this version");
    Files.delete(directory.resolve("control"));
    Files.writeString(directory.resolve("records"), "something else");
    requireRefused(uri, "'records' that is not this store's");
    assertThat(directory.resolve("records")).hasContent("something else");
  }

  @Test
  void shouldRefuseADirectoryThatLostItsRecords() throws IOException {
    Stores.open(uri + "?entries=100").close();
    Files.delete(directory.resolve("records"));
    requireRefused(uri, "no 'records'");
  }

  @Test
  void shouldStartOverWhenItsMakerWasKilled() throws IOException {
    Files.write(directory.resolve("control"), new byte[1 << 16]);
    Files.write(directory.resolve("records"), new byte[1 << 16]);
    Stores.open(uri + "?entries=100").close();
    Stores.open(uri).close();
  }

  @Test
  void shouldKeepTheOptionsItWasMadeWith() {
    Stores.open(uri + "?entries=100&valueBytes=32&sessions=8").close();
    Stores.open(uri).close();
    Stores.open(uri + "?entries=100&valueBytes=32&sessions=8").close();
    requireRefused(uri + "?entries=200", "made with entries=100");
    requireRefused(uri + "?valueBytes=64", "made with valueBytes=32");
    requireRefused(uri + "?sessions=16", "made with sessions=8");
    try (StateStore open = Stores.open(uri)) {
      assertThat(open.description()).contains("chronicle-map");
      requireRefused(uri + "?entries=200", "made with entries=100");
    }
  }

  @Test
  void shouldSayWhenAllSessionsAreInUse() {
    try (StateStore store = Stores.open(uri + "?entries=100&sessions=8")) {
      List<StoreSession> sessions = new ArrayList<>();
      assertThatThrownBy(
              () -> {
                while (true) {
                  sessions.add(store.openSession());
                }
              })
          .isInstanceOf(StoreUnavailableException.class)
          .hasMessageContaining("all 8 sessions are in use");
      assertThat(sessions).hasSize(6); // the sweeper and the table of tables have one each
      sessions.getLast().close();
      store.openSession().close();
    }
  }

  @Test
  void shouldGiveUpInTimeWhenAnotherOpensItForever() throws IOException {
    Stores.open(uri + "?entries=100").close();
    try (FileChannel channel =
        FileChannel.open(directory.resolve("control"), StandardOpenOption.WRITE)) {
      assertThat(channel.tryLock(1L << 40, 1, false)).isNotNull();
      assertThatThrownBy(() -> Stores.open(uri + "?connectTimeout=100ms").close())
          .isInstanceOf(StoreUnavailableException.class)
          .hasMessageContaining("another process has been opening or recovering it for 100 ms");
    }
    Stores.open(uri).close();
  }
}
