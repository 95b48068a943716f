package org.statelessnf.host.bench;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.regex.Pattern;
import org.statelessnf.host.UsageException;

/**
 * Takes {@code URI,URI,…} apart. Commas may stand within a URI, too, as in {@code
 * redis-cluster://a:6379,b:6379}: only what begins like a URI (a scheme, and no port after its
 * colon) begins another one.
 */
final class StoreList {
  private static final Pattern URI = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]*:(?![0-9]).*");

  private StoreList() {}

  /**
   * The URIs.
   *
   * @param texts each one or several
   * @throws UsageException if there is none, or one twice
   */
  static List<String> parse(List<String> texts) {
    List<String> uris = new ArrayList<>();
    for (String text : texts) {
      boolean first = true;
      for (String part : text.split(",", -1)) {
        if (first || URI.matcher(part).matches()) {
          uris.add(part);
        } else {
          uris.add(uris.removeLast() + "," + part);
        }
        first = false;
      }
    }
    if (uris.isEmpty() || uris.contains("")) {
      throw new UsageException("--store names no store");
    }
    for (String uri : uris) {
      if (!new HashSet<>(uris.subList(uris.indexOf(uri) + 1, uris.size())).add(uri)) {
        throw new UsageException("--store names " + uri + " twice");
      }
    }
    return uris;
  }
}
