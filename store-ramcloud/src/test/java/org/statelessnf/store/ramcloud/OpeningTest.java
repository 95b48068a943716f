package org.statelessnf.store.ramcloud;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.statelessnf.store.StoreConfigException;
import org.statelessnf.store.StoreUnavailableException;
import org.statelessnf.store.Stores;

class OpeningTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "ramcloud:",
        "ramcloud:127.0.0.1:12246",
        "ramcloud:tcp:host=",
        "ramcloud:tcp:host=127.0.0.1,port=1?cluster=a/b",
        "ramcloud:tcp:host=127.0.0.1,port=1?span=0",
        "ramcloud:tcp:host=127.0.0.1,port=1?replicated=perhaps",
        "ramcloud:tcp:host=127.0.0.1,port=1?unknown=1"
      })
  void shouldRefuseWrongUris(String uri) {
    assertThatThrownBy(() -> Stores.open(uri))
        .isInstanceOf(StoreConfigException.class)
        .hasMessageNotContaining("\n");
  }

  @Test
  void shouldSayWhatIsMissingAndWhatToDo() {
    Compiler.require(); // else the native part is what is missing
    assertThatThrownBy(
            () -> Stores.open("ramcloud:tcp:host=127.0.0.1,port=1?library=/nowhere/libramcloud.so"))
        .isInstanceOf(StoreConfigException.class)
        .hasMessageContaining("/nowhere/libramcloud.so")
        .hasMessageContaining(NativeRamcloud.LIBRARY_VARIABLE)
        .hasMessageNotContaining("\n");
  }

  @Test
  void shouldRefuseAnotherLibrary() {
    Compiler.require();
    assertThatThrownBy(() -> Stores.open("ramcloud:tcp:host=127.0.0.1,port=1?library=libm.so.6"))
        .isInstanceOf(StoreConfigException.class)
        .hasMessageContaining("rc_connect");
  }

  @Test
  void shouldGiveUpWhereNobodyAnswers() throws IOException {
    Compiler.require();
    String uri = Standin.unreachable("&connectTimeout=50ms");
    assertThatThrownBy(() -> Stores.open(uri)).isInstanceOf(StoreUnavailableException.class);
  }
}
